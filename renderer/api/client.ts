import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../contract';
import { AfterFeed } from './after-feed';
import { Connection } from './connection';
import { VisibleLink } from './visible-link';
import { wireOfWindow } from './wires';

/** This window's one connection to the engine, and every procedure of the contract over it. */
export const connection = new Connection(wireOfWindow());
const afterFeed = new AfterFeed(connection);
/** To be called when the live feed has begun. */
export const feedBegan = afterFeed.begin;
export const client: ContractRouterClient<Contract> = createORPCClient(new VisibleLink(afterFeed));
