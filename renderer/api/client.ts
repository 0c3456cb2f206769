import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../contract';
import { AfterFeed } from './after-feed';
import { BreakingLink } from './breaking-link';
import { Connection } from './connection';
import { VisibleLink } from './visible-link';
import { wireOfWindow } from './wires';

/** This window's only connection to the engine, with every procedure of the contract. */
export const connection = new Connection(wireOfWindow());
const afterFeed = new AfterFeed(connection);
/** Call this when the live feed has started. */
export const feedBegan = afterFeed.begin;
export const client: ContractRouterClient<Contract> = createORPCClient(new BreakingLink(new VisibleLink(afterFeed)));
