import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import { promisePageHtml } from '../../../english';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { Nothing, PageHead, Section, Waiting } from '../../ui/page';
import { saveFile } from '../../ui/save-file';
import { GRAVEST_PROMISE } from '../../ui/tone';
import { AddPromise } from './add-promise';
import { Groups } from './groups';
import { PromiseItem } from './promise-item';
import { text } from './text';
import './promises.css';

/** The promises of the data centers, what needs attention first. */
export function PromisesPage() {
  const { data, error } = useQuery(queries.promises());
  const places = useQuery(queries.dataCenters()).data ?? [];
  const navigate = useNavigate({ from: '/promises' });
  const { new: adding } = useSearch({ from: '/promises' });
  const setAdding = (open: boolean): void =>
    void navigate({ search: (old) => ({ ...old, new: open ? true : undefined }), replace: true });
  const add = <ActionButton onClick={() => setAdding(true)}>{text.add}</ActionButton>;
  const ofPlace = (id: string) =>
    (data ?? [])
      .filter(({ dataCenterId }) => dataCenterId === id)
      .sort((a, b) => GRAVEST_PROMISE.indexOf(a.state) - GRAVEST_PROMISE.indexOf(b.state));
  const shown = places.filter(({ id }) => ofPlace(id).length > 0);
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={add} />
      <ErrorAlert problem={error === null ? null : toProblem(error)} />
      {data === undefined ? (
        error === null ? (
          <Waiting />
        ) : null
      ) : data.length === 0 ? (
        <Nothing title={text.emptyTitle} action={add}>
          {text.empty}
        </Nothing>
      ) : (
        shown.map(({ id, name }) => (
          <Fragment key={id}>
            <Place id={id} name={name} promises={ofPlace(id)} />
            <Groups dataCenter={id} />
          </Fragment>
        ))
      )}
      {adding === true ? <AddPromise onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

type Promises = Awaited<ReturnType<typeof client.promises.list>>;

function Place({ id, name, promises }: { id: string; name: string; promises: Promises }) {
  const verify = useMutation({ mutationFn: () => client.promises.verify({ dataCenter: id, live: true }) });
  const save = useMutation({
    mutationFn: async () => {
      const page = await client.promises.page({ dataCenter: id, live: verify.data !== undefined });
      saveFile(`promises-${page.content.issuedAt.slice(0, 10)}.html`, 'text/html', promisePageHtml(page));
    },
  });
  const problem = verify.error ?? save.error;
  const verified = new Map(verify.data?.promises.map((one) => [one.promise.id, one]));
  const kept = promises.filter(({ state }) => state === 'kept').length;
  const isCurrent = promises.every(({ id, since }) => verified.get(id)?.promise.since === since);
  return (
    <Section
      title={name}
      isName
      tools={
        <span className="acts-row">
          <ActionButton
            variant="secondary"
            size="sm"
            isLoading={verify.isPending}
            isDisabled={verify.isPending}
            title={text.verifyMeans}
            onClick={() => verify.mutate()}
          >
            {verify.isPending ? text.verifying : text.verify}
          </ActionButton>
          <ActionButton variant="secondary" size="sm" isDisabled={save.isPending} onClick={() => save.mutate()}>
            {text.page}
          </ActionButton>
        </span>
      }
    >
      <p className="soft" role="status">
        {text.summary(kept, promises.length)}
        {verify.data === undefined || !isCurrent ? '' : `. ${text.verified(text.verdicts[verify.data.verdict])}`}
      </p>
      <ErrorAlert problem={problem === null ? null : toProblem(problem)} />
      <ul className="rows promises">
        {promises.map((promise) => (
          <PromiseItem key={promise.id} promise={promise} verified={verified.get(promise.id)} />
        ))}
      </ul>
    </Section>
  );
}
