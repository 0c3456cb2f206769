/** What stands for the disk of a VM's image. No other disk has this name. */
export const BOOT_DISK = 'boot';
