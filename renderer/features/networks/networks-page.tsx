import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ListPage } from '../../actions/list-page';
import { queries } from '../../api/queries';
import { CreateNetwork } from './create-network';
import { useNetworkColumns } from './network-columns';
import { text } from './text';

export function NetworksPage() {
  const navigate = useNavigate({ from: '/networks' });
  return (
    <ListPage
      kind="network"
      table="networks"
      rows={useQuery(queries.networks()).data}
      columns={useNetworkColumns()}
      words={text}
      search={useSearch({ from: '/networks' })}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })}
      form={(close) => (
        <CreateNetwork onClose={close} onCreated={(id) => void navigate({ to: '/networks/$id', params: { id } })} />
      )}
    />
  );
}
