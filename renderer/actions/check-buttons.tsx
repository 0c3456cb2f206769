import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { client } from '../api/client';
import { ActionButton } from '../ui/action-button';
import { text } from './text';

/** A check of the isolation of a network that a person asks for; true: with the live probe. */
export const useIsolationCheck = (network: string) =>
  useMutation({ mutationFn: (probe: boolean) => client.networks.check({ network, probe }) });

interface Props {
  readonly check: Pick<UseMutationResult<unknown, unknown, boolean>, 'isPending' | 'variables' | 'mutate'>;
  readonly words: { readonly check: string; readonly probe: string };
  readonly size?: 'sm';
}

/** The two ways to check, of which one goes at a time. */
export function CheckButtons({ check, words, size }: Props) {
  const { isPending, variables, mutate } = check;
  const one = (probe: boolean) => ({
    ...(size === undefined ? {} : { size }),
    isLoading: isPending && variables === probe,
    isDisabled: isPending,
    onClick: () => mutate(probe),
  });
  return (
    <>
      <ActionButton variant="primary" {...one(false)}>
        {words.check}
      </ActionButton>
      <ActionButton variant="secondary" title={text.probeMeans} {...one(true)}>
        {words.probe}
      </ActionButton>
    </>
  );
}
