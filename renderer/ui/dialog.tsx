import {
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalVariant,
} from '@patternfly/react-core/dist/dynamic/components/Modal';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { ActionButton } from './action-button';
import { CloseModal } from './close-modal';
import { text } from './text';

export interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly submit: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  /** Why it can't be submitted now; null: it can. */
  readonly why?: string | null;
  readonly size?: 'small' | 'medium' | 'large';
  readonly extra?: ReactNode;
  /** False if closing it cancels nothing. */
  readonly cancel?: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** Focuses the first invalid field, else the form's error: either can be scrolled out of view. */
function showWrong(form: HTMLFormElement | null): void {
  const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (field) field.focus();
  else form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
}

/** What a form begins with; of radio buttons, the chosen one. */
const FIRST_FIELD = 'input:not([type="radio"]):enabled, input:checked:enabled, select:enabled, textarea:enabled';

/** Focuses the first field of a form that opens, unless the form has chosen one. */
function focusFirst(form: HTMLFormElement | null): void {
  if (form === null || form.contains(document.activeElement)) return;
  form.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
}

/** A form in a modal. Enter submits, Escape closes; it stays open until the caller closes it. */
export function Dialog(props: DialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef(false);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (props.busy === true || (props.why ?? null) !== null) return;
    sent.current = true;
    props.onSubmit();
    // The form's own errors render next.
    setTimeout(() => showWrong(form.current));
  };
  useEffect(() => {
    if (props.danger === true) return undefined;
    // After the modal has moved the focus to its close button.
    const timer = setTimeout(() => focusFirst(form.current));
    return () => clearTimeout(timer);
  }, [props.danger]);
  useEffect(() => {
    if (props.busy === true || !sent.current) return;
    sent.current = false;
    showWrong(form.current);
  }, [props.busy]);
  return (
    <Modal
      isOpen
      variant={ModalVariant[props.size ?? 'medium']}
      onEscapePress={props.onClose}
      aria-labelledby="dialog-title"
      aria-describedby="dialog-body"
    >
      <CloseModal onClose={props.onClose} />
      <ModalHeader
        title={props.title}
        labelId="dialog-title"
        description={props.description}
        titleIconVariant={props.danger === true ? 'warning' : undefined}
        titleScreenReaderText={props.danger === true ? text.alerts.warning : undefined}
      />
      <ModalBody id="dialog-body">
        <form id="dialog-form" ref={form} className="pf-v6-c-form" onSubmit={send} noValidate>
          {props.children}
        </form>
      </ModalBody>
      <ModalFooter>
        <ActionButton
          type="submit"
          form="dialog-form"
          variant={props.danger === true ? 'danger' : 'primary'}
          isLoading={props.busy === true}
          isDisabled={props.busy === true || (props.why ?? null) !== null}
        >
          {props.submit}
        </ActionButton>
        {props.extra}
        {props.cancel === false ? null : (
          <ActionButton variant="link" onClick={props.onClose}>
            {text.cancel}
          </ActionButton>
        )}
      </ModalFooter>
    </Modal>
  );
}
