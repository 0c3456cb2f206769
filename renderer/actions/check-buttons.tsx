import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { client } from '../api/client';
import { ActionButton } from '../ui/action-button';
import { text } from './text';

/** An isolation check that the user requests; true: with the live probe. */
export const useIsolationCheck = (network: string) =>
  useMutation({ mutationFn: (probe: boolean) => client.networks.check({ network, probe }) });

interface Props {
  readonly check: Pick<UseMutationResult<unknown, unknown, boolean>, 'isPending' | 'variables' | 'mutate'>;
  readonly words: { readonly check: string; readonly probe: string };
  readonly size?: 'sm';
  /** Whether checking is the next step here; if not, something else is. */
  readonly isNext?: boolean;
}

/** The two kinds of check. Only one runs at a time. */
export function CheckButtons({ check, words, size, isNext = true }: Props) {
  const { isPending, variables, mutate } = check;
  const one = (probe: boolean) => ({
    ...(size === undefined ? {} : { size }),
    isLoading: isPending && variables === probe,
    isDisabled: isPending,
    onClick: () => mutate(probe),
  });
  return (
    <>
      <ActionButton variant={isNext ? 'primary' : 'secondary'} {...one(false)}>
        {words.check}
      </ActionButton>
      <ActionButton variant="secondary" title={text.probeMeans} {...one(true)}>
        {words.probe}
      </ActionButton>
    </>
  );
}
