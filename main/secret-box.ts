import type { ElectronParts } from './electron-parts';

/**
 * The system's keychain. On Linux Electron seals with a key that is written in its source when there is none (`basic_text`): that
 * is no keychain, so nothing is sealed with it, and passwords are asked for again after a restart.
 */
export class SecretBox {
  constructor(
    private readonly safeStorage: ElectronParts['safeStorage'],
    private readonly platform: NodeJS.Platform,
  ) {}

  async available(): Promise<boolean> {
    if (!(await this.safeStorage.isAsyncEncryptionAvailable())) return false;
    return (
      this.platform !== 'linux' || !['basic_text', 'unknown'].includes(this.safeStorage.getSelectedStorageBackend())
    );
  }

  /** Null: there is no keychain. */
  async seal(text: string): Promise<string | null> {
    if (!(await this.available())) return null;
    return (await this.safeStorage.encryptStringAsync(text)).toString('base64');
  }

  /** Null: there is none, or it does not know this one. */
  async open(sealed: string): Promise<string | null> {
    if (!(await this.available())) return null;
    try {
      return (await this.safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result;
    } catch {
      // Another user's, another computer's, or the keychain was recreated: a person is asked again.
      return null;
    }
  }
}
