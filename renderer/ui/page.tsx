import {
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from '@patternfly/react-core/dist/dynamic/components/EmptyState';
import { Skeleton } from '@patternfly/react-core/dist/dynamic/components/Skeleton';
import { type ReactNode, useEffect, useRef } from 'react';
import { text } from './text';

/** The header of a page: breadcrumbs, title and actions. */
export function PageHead({
  above,
  title,
  tags,
  sub,
  actions,
}: {
  above?: ReactNode;
  title: ReactNode;
  tags?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The document title names the page: it identifies the browser tab, and screen readers announce it.
  useEffect(() => {
    document.title = `${heading.current?.textContent?.trim() ?? ''} · ${text.app}`;
    return () => void (document.title = text.app);
  });
  return (
    <div className="page-head">
      <div className="page-head-text">
        {above === undefined ? null : <div className="page-above">{above}</div>}
        <h1 ref={heading}>
          {title} {tags}
        </h1>
        {sub === undefined ? null : <p className="soft">{sub}</p>}
      </div>
      <div className="page-actions">{actions}</div>
    </div>
  );
}

/** A section of a detail page. */
export function Section({
  title,
  isName = false,
  tools,
  children,
}: {
  title: string;
  /** A name is shown verbatim, other titles in capitals. */
  isName?: boolean;
  tools?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2 className={isName ? 'card-name' : undefined}>{title}</h2>
        {tools}
      </header>
      {children}
    </section>
  );
}

/** Name and value pairs. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An empty page or section: what belongs here, and how to create it. */
export function Nothing({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <EmptyState titleText={title} headingLevel="h2" variant="sm">
      {children === undefined ? null : <EmptyStateBody>{children}</EmptyStateBody>}
      {action === undefined ? null : (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

/** Placeholders while data loads. */
export function Waiting({ lines = 5 }: { lines?: number }) {
  return (
    <div className="waiting" aria-busy="true" aria-label={text.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} width={`${90 - i * 9}%`} screenreaderText={i === 0 ? text.loading : undefined} />
      ))}
    </div>
  );
}
