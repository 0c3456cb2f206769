import { AppError, type DataCenter, note, say } from '../../contract';
import type { Core } from '../context';
import { newId } from '../core/ids';
import { listed } from '../core/listed';
import type { Repositories } from '../ports/store';

/** Bad: a second data center "Default". */
function ruleO5DataCenterNameIsUnique(tx: Repositories, name: string, self?: string): void {
  const other = tx.dataCenters.byName(name);
  if (!other || other.id === self) return;
  const hint = 'Choose another name.';
  throw new AppError('CONFLICT', `There already is a data center "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note(hint),
  });
}

/** Bad: removing a data center that has a cluster or a network. */
function assertDataCenterEmpty(tx: Repositories, dataCenter: DataCenter): void {
  const held = [...tx.clusters.ofDataCenter(dataCenter.id), ...tx.networks.ofDataCenter(dataCenter.id)];
  if (held.length === 0) return;
  throw new AppError('RULE_BROKEN', `The data center "${dataCenter.name}" still has ${listed(held)}`, {
    rule: 'O3',
    field: 'dataCenter',
    remedy: note('Remove its clusters and networks first.'),
  });
}

export function dataCenterHandlers(core: Core) {
  const { os, store, refs, command } = core;
  core.live.present('data_center', (id) => store.dataCenters.get(id));
  return {
    list: os.dataCenters.list.handler(() => store.dataCenters.list()),
    show: os.dataCenters.show.handler(({ input }) => refs.dataCenter(input.dataCenter)),
    add: os.dataCenters.add.handler(
      command(({ tx, now, emit }, { name, comment }) => {
        ruleO5DataCenterNameIsUnique(tx, name);
        const dataCenter: DataCenter = { id: newId(), name, comment, createdAt: now };
        tx.dataCenters.insert(dataCenter);
        emit('data_center.added', 'normal', say('data_center.added', { dataCenter: name, isSimulated: false }), {
          dataCenterId: dataCenter.id,
        });
        return { output: { dataCenter }, lines: [say('preview.data_center.add', { dataCenter: name })] };
      }),
    ),
    update: os.dataCenters.update.handler(
      command((scope, { dataCenter: ref, name, comment }) => {
        const old = scope.refs.dataCenter(ref);
        const dataCenter = { ...old, name: name ?? old.name, comment: comment ?? old.comment };
        ruleO5DataCenterNameIsUnique(scope.tx, dataCenter.name, old.id);
        scope.tx.dataCenters.update(old.id, { name: dataCenter.name, comment: dataCenter.comment });
        scope.emit('data_center.updated', 'normal', say('data_center.updated', { dataCenter: dataCenter.name }), {
          dataCenterId: old.id,
        });
        return { output: { dataCenter }, lines: [say('preview.data_center.update', { dataCenter: old.name })] };
      }),
    ),
    remove: os.dataCenters.remove.handler(
      command((scope, { dataCenter: ref }) => {
        const dataCenter = scope.refs.dataCenter(ref);
        assertDataCenterEmpty(scope.tx, dataCenter);
        scope.tx.dataCenters.remove(dataCenter.id);
        scope.emit('data_center.removed', 'normal', say('data_center.removed', { dataCenter: dataCenter.name }), {
          dataCenterId: dataCenter.id,
        });
        return { output: {}, lines: [say('preview.data_center.remove', { dataCenter: dataCenter.name })] };
      }),
    ),
  };
}
