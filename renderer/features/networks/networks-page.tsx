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
import { CreateNetwork } from './create-network';
import { useNetworkBulkActs } from './network-bulk-acts';
import { useNetworkColumns } from './network-columns';
import { text } from './text';

export function NetworksPage() {
  const search = useSearch({ from: '/networks' });
  const navigate = useNavigate({ from: '/networks' });
  const networks = useQuery(queries.networks());
  const columns = useNetworkColumns();
  const acts = useNetworkBulkActs();
  const picked = usePicked(networks.data);
  const columnChoice = useTableChoice('networks');
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const create = (
    <Button variant="primary" onClick={() => change({ new: true })}>
      {text.create}
    </Button>
  );
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={create} />
      {networks.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={networks.data}
          keyOf={(network) => network.id}
          counted={text.count}
          {...columnChoice}
          selection={{
            picked: picked.picked,
            onPick: picked.setPicked,
            nameOf: (network) => network.name,
            acts: <BulkBar things={picked.things} acts={acts} onLetGo={picked.letGo} />,
          }}
          {...tableState(search, change)}
          noMatch={text.noMatch}
          empty={
            <Nothing title={text.emptyTitle} action={create}>
              {text.empty}
            </Nothing>
          }
        />
      )}
      {search.new === undefined ? null : (
        <CreateNetwork
          onClose={() => change({ new: undefined })}
          onCreated={(id) => void navigate({ to: '/networks/$id', params: { id } })}
        />
      )}
    </div>
  );
}
