import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import ArrowDownIcon from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import ArrowUpIcon from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { ChoiceField } from '../../ui/fields';
import { bootDeviceText, text } from './text';

interface Props {
  /** The devices that the VM has. */
  readonly devices: readonly string[];
  readonly order: readonly string[];
  readonly onChange: (order: string[]) => void;
  readonly error: string | null;
}

/** The devices that a VM tries to boot from, in order; with none the first boot device decides. */
export function BootOrderField({ devices, order, onChange, error }: Props) {
  const others = devices.filter((device) => !order.includes(device));
  return (
    <>
      {order.length === 0 ? null : (
        <fieldset className="checks">
          <legend>{text.bootOrder}</legend>
          <ol className="boot-order">
            {order.map((device, index) => (
              <Row key={device} device={device} index={index} order={order} onChange={onChange} />
            ))}
          </ol>
        </fieldset>
      )}
      {others.length === 0 && error === null ? null : (
        <ChoiceField
          label={order.length === 0 ? text.bootOrder : text.bootOrderAdd}
          value=""
          onChange={(device) => {
            if (others.includes(device)) onChange([...order, device]);
          }}
          choices={[
            { value: '', label: order.length === 0 ? text.bootOrderNone : text.bootOrderAdd },
            ...others.map((device) => ({ value: device, label: bootDeviceText(device) })),
          ]}
          help={text.bootOrderMeans}
          error={error}
        />
      )}
    </>
  );
}

function Row({
  device,
  index,
  order,
  onChange,
}: Pick<Props, 'order' | 'onChange'> & { device: string; index: number }) {
  const name = bootDeviceText(device);
  const swap = (other: number): void => {
    const next = [...order];
    [next[index], next[other]] = [next[other] ?? device, device];
    onChange(next);
  };
  return (
    <li>
      <span>{name}</span>
      <Button
        variant="plain"
        icon={<ArrowUpIcon />}
        aria-label={text.bootOrderEarlier(name)}
        isDisabled={index === 0}
        onClick={() => swap(index - 1)}
      />
      <Button
        variant="plain"
        icon={<ArrowDownIcon />}
        aria-label={text.bootOrderLater(name)}
        isDisabled={index === order.length - 1}
        onClick={() => swap(index + 1)}
      />
      <Button
        variant="plain"
        icon={<TimesIcon />}
        aria-label={text.bootOrderRemove(name)}
        onClick={() => onChange(order.filter((each) => each !== device))}
      />
    </li>
  );
}
