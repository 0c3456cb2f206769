import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { ErrorAlert } from '../../ui/error-alert';
import { Fold } from '../../ui/fold';
import { text } from './text';
import { bootOf, type VmForm } from './vm-draft';

/** The files that the guest would get, from a dry run of the whole form. */
export function SeedPreview({ draft }: { readonly draft: VmForm }) {
  return (
    <Fold label={text.showSeed}>
      <SeedTexts draft={draft} />
    </Fold>
  );
}

function SeedTexts({ draft }: { readonly draft: VmForm }) {
  const form = useDeferredValue(draft);
  const { data, error } = useQuery({
    queryKey: ['seed', 'draft', form] as const,
    queryFn: () =>
      client.vms.add({
        name: form.name === '' ? text.unnamedVm : form.name,
        cluster: form.cluster,
        boot: bootOf(form),
        // A new network does not exist yet: its address is chosen with it.
        vnics: form.nics.map((nic) => ({ network: nic.kind === 'network' ? nic.id : null })),
        dryRun: true,
      }),
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  });
  if (error !== null) return <ErrorAlert problem={toProblem(error)} />;
  return Object.entries(data?.seed ?? {}).map(([name, content]) => (
    <figure key={name}>
      <figcaption>{name}</figcaption>
      <pre className="mono">{content}</pre>
    </figure>
  ));
}
