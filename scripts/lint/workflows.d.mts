export function workflowErrors(name: string, content: string): Promise<string[]>;
