/** MiB as people read it: "512 MiB", "15.6 GiB". */
export const gib = (mib: number): string => (mib < 1024 ? `${mib} MiB` : `${(mib / 1024).toFixed(1)} GiB`);
