import type { OvirtApi } from '../../contract';

/** What `enable` is asked for; omitted values stay as they are. */
export interface ApiDoorRequest {
  readonly port?: number | undefined;
  readonly password?: string | undefined;
  readonly insecureHttp?: boolean | undefined;
}

/** The oVirt API of this process. Its settings belong to the home, and to no backup of the database. */
export interface ApiDoor {
  show(): OvirtApi;
  /** Whether a password has been set. */
  hasPassword(): boolean;
  /** Opens it and keeps the settings. Returns the password if one was made. @throws AppError CONFLICT for a port in use */
  enable(asked: ApiDoorRequest): Promise<string | null>;
  /** Replaces the password; all clients are signed out. Returns the password if one was made. */
  setPassword(password: string | undefined): Promise<string | null>;
  disable(): Promise<void>;
}
