import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../contract';

/** The engine's procedures as the door calls them, for one actor. Every failure is an AppError. */
export type OvirtClient = ContractRouterClient<Contract>;
