import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table/dist/dynamic/components/Table';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Image, Vm } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { JobSteps } from '../../actions/job-steps';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { sizeOf } from '../../ui/bytes';
import { Nothing, PageHead, Section, Waiting } from '../../ui/page';
import { AddImage, RenameImage } from './image-dialogs';
import { text as shared } from '../../actions/text';
import { text } from './text';

type Asking = { readonly what: 'rename' | 'remove'; readonly image: Image } | null;

/** All images, with what uses them, and those that are being added. */
export function ImagesPage() {
  const { data } = useQuery(queries.images());
  const vms = useQuery(queries.vms()).data ?? [];
  const trash = useQuery(queries.trash()).data ?? [];
  const { new: adding } = useSearch({ from: '/images' });
  const navigate = useNavigate({ from: '/images' });
  const ask = (open: boolean): void => void navigate({ search: open ? { new: true } : {}, replace: true });
  const [asking, setAsking] = useState<Asking>(null);
  const close = (): void => setAsking(null);
  const add = <ActionButton onClick={() => ask(true)}>{text.add}</ActionButton>;
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={add} />
      <Adding />
      {data === undefined ? (
        <Waiting />
      ) : data.length === 0 ? (
        <Nothing title={text.emptyTitle} action={add}>
          {text.empty}
        </Nothing>
      ) : (
        <Table aria-label={text.title} variant="compact">
          <Thead>
            <Tr>
              {[text.name, text.format, text.onDisk, text.size, text.users].map((title) => (
                <Th key={title}>{title}</Th>
              ))}
              <Td />
            </Tr>
          </Thead>
          <Tbody>
            {data.map((image) => (
              <Tr key={image.id}>
                <Td dataLabel={text.name}>{image.name}</Td>
                <Td dataLabel={text.format}>{image.format}</Td>
                <Td dataLabel={text.onDisk}>{sizeOf(image.sizeBytes)}</Td>
                <Td dataLabel={text.size}>{sizeOf(image.virtualBytes)}</Td>
                <Td dataLabel={text.users}>
                  <Users
                    vms={vms.filter(({ boot }) => boot.kind === 'image' && boot.imageId === image.id)}
                    trashed={trash.filter(({ imageId }) => imageId === image.id).length}
                  />
                </Td>
                <Td isActionCell>
                  <span className="page-actions">
                    <Link
                      className="pf-v6-c-button pf-m-secondary pf-m-small"
                      to="/vms"
                      search={{ new: true, image: image.id }}
                      aria-label={text.createVmFrom(image.name)}
                    >
                      {text.createVm}
                    </Link>
                    <ActionButton
                      variant="link"
                      size="sm"
                      aria-label={text.renameOf(image.name)}
                      onClick={() => setAsking({ what: 'rename', image })}
                    >
                      {shared.ask(text.rename)}
                    </ActionButton>
                    <ActionButton
                      variant="link"
                      size="sm"
                      isDanger
                      aria-label={text.removeOf(image.name)}
                      onClick={() => setAsking({ what: 'remove', image })}
                    >
                      {shared.ask(text.remove)}
                    </ActionButton>
                  </span>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {adding === true ? <AddImage onClose={() => ask(false)} /> : null}
      {asking?.what === 'rename' ? <RenameImage image={asking.image} onClose={close} /> : null}
      {asking?.what === 'remove' ? (
        <Confirm
          title={text.removeTitle(asking.image.name)}
          words={text.removeMeans}
          submit={text.remove}
          danger
          call={(dryRun) => client.images.remove({ image: asking.image.id, dryRun })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

/** The jobs that add images now, and the last one if it failed. */
function Adding() {
  const jobs = (useQuery(queries.jobs()).data ?? []).filter(
    ({ kind }) => kind === 'images.add' || kind === 'images.addFromVm',
  );
  const shown = jobs.filter(
    ({ state }, i) => state === 'queued' || state === 'running' || (i === 0 && state === 'failed'),
  );
  if (shown.length === 0) return null;
  return (
    <Section title={text.adding}>
      {shown.map((job) => (
        <JobSteps key={job.id} job={job} />
      ))}
    </Section>
  );
}

function Users({ vms, trashed }: { readonly vms: readonly Vm[]; readonly trashed: number }) {
  if (vms.length === 0 && trashed === 0) return text.nobody;
  return (
    <>
      {vms.map((vm, i) => (
        <span key={vm.id}>
          {i === 0 ? '' : ', '}
          <Link to="/vms/$id" params={{ id: vm.id }}>
            {vm.name}
          </Link>
        </span>
      ))}
      {trashed === 0 ? null : (
        <span>
          {vms.length === 0 ? '' : ', '}
          {text.trashed(trashed)}
        </span>
      )}
    </>
  );
}
