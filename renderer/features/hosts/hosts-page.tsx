import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BulkBar } from '../../actions/bulk/bulk-bar';
import { usePicked } from '../../actions/bulk/use-picked';
import { useTableChoice } from '../../actions/use-table-choice';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, PageHead, Waiting } from '../../ui/page';
import { tableState } from '../../ui/table-state';
import { AddHost } from './add-host';
import { HOST_BULK_ACTS } from './host-bulk-acts';
import { useHostColumns } from './host-columns';
import { text } from './text';

export function HostsPage() {
  const search = useSearch({ from: '/hosts' });
  const navigate = useNavigate({ from: '/hosts' });
  const hosts = useQuery(queries.hosts());
  const columns = useHostColumns();
  const picked = usePicked(hosts.data);
  const columnChoice = useTableChoice('hosts');
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const add = (
    <Button variant="primary" onClick={() => change({ new: true })}>
      {text.add}
    </Button>
  );
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={add} />
      {hosts.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={hosts.data}
          keyOf={(host) => host.id}
          counted={text.count}
          {...columnChoice}
          selection={{
            picked: picked.picked,
            onPick: picked.setPicked,
            nameOf: (host) => host.name,
            acts: <BulkBar things={picked.things} acts={HOST_BULK_ACTS} onLetGo={picked.letGo} />,
          }}
          {...tableState(search, change)}
          noMatch={text.noMatch}
          empty={
            <Nothing title={text.emptyTitle} action={add}>
              {text.empty}
            </Nothing>
          }
        />
      )}
      {search.new === undefined ? null : (
        <AddHost
          onClose={() => change({ new: undefined })}
          onAdded={(id) => void navigate({ to: '/hosts/$id', params: { id } })}
        />
      )}
    </div>
  );
}
