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
import { CreateVm } from './create-vm';
import { text } from './text';
import { TrashPart } from './trash-part';
import { useVmBulkActs } from './vm-bulk-acts';
import { useVmColumns } from './vm-columns';

export function VmsPage() {
  const search = useSearch({ from: '/vms' });
  const navigate = useNavigate({ from: '/vms' });
  const vms = useQuery(queries.vms());
  const columns = useVmColumns();
  const acts = useVmBulkActs();
  const picked = usePicked(vms.data);
  const columnChoice = useTableChoice('vms');
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const create = (
    <Button variant="primary" onClick={() => change({ new: true })}>
      {text.create}
    </Button>
  );
  return (
    <div className="page">
      <PageHead
        title={text.title}
        actions={
          <>
            <TrashPart />
            {create}
          </>
        }
      />
      {vms.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={vms.data}
          keyOf={(vm) => vm.id}
          counted={text.count}
          {...columnChoice}
          selection={{
            picked: picked.picked,
            onPick: picked.setPicked,
            nameOf: (vm) => vm.name,
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
        <CreateVm
          onClose={() => change({ new: undefined })}
          onCreated={(id) => void navigate({ to: '/vms/$id', params: { id } })}
        />
      )}
    </div>
  );
}
