export function headersHere(node?: string, version?: string): { npm_config_nodedir?: string };
