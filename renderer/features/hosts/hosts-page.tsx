import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ListPage } from '../../actions/list-page';
import { queries } from '../../api/queries';
import { AddHost } from './add-host';
import { useHostColumns } from './host-columns';
import { text } from './text';

export function HostsPage() {
  const navigate = useNavigate({ from: '/hosts' });
  return (
    <ListPage
      kind="host"
      table="hosts"
      rows={useQuery(queries.hosts()).data}
      columns={useHostColumns()}
      words={text}
      search={useSearch({ from: '/hosts' })}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })}
      form={(close) => (
        <AddHost onClose={close} onAdded={(id) => void navigate({ to: '/hosts/$id', params: { id } })} />
      )}
    />
  );
}
