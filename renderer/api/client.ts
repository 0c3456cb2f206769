import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../contract';
import { Connection } from './connection';
import { wireOfWindow } from './wires';

/** This window's one connection to the engine, and every procedure of the contract over it. */
export const connection = new Connection(wireOfWindow());
export const client: ContractRouterClient<Contract> = createORPCClient(connection);
