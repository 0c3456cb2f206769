import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ListPage } from '../../actions/list-page';
import { queries } from '../../api/queries';
import { CreateVm } from './create-vm';
import { ImportVm } from './import-vm';
import { text } from './text';
import { TrashPart } from './trash-part';
import { useVmColumns } from './vm-columns';

export function VmsPage() {
  const navigate = useNavigate({ from: '/vms' });
  const { image, import: isImporting, ...search } = useSearch({ from: '/vms' });
  const setImporting = (on: boolean): void =>
    void navigate({ search: (old) => ({ ...old, import: on ? true : undefined }), replace: true });
  return (
    <>
      {isImporting === undefined ? null : <ImportVm onClose={() => setImporting(false)} />}
      <ListPage
        kind="vm"
        table="vms"
        rows={useQuery(queries.vms()).data}
        columns={useVmColumns()}
        words={text}
        beside={
          <>
            <TrashPart />
            <Button variant="secondary" onClick={() => setImporting(true)}>
              {text.importVm}
            </Button>
          </>
        }
        search={search}
        onSearch={(part) =>
          void navigate({ search: ({ image: _image, ...old }) => ({ ...old, ...part }), replace: true })
        }
        form={(close) => (
          <CreateVm
            image={image}
            onClose={close}
            onCreated={(id) => void navigate({ to: '/vms/$id', params: { id } })}
          />
        )}
      />
    </>
  );
}
