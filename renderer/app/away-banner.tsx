import { useEngineNews } from '../api/shell';
import { useConnection } from '../api/use-live';
import { text } from './text';

/** Tells the user that the data may be outdated; the screen keeps its content. */
export function AwayBanner() {
  const state = useConnection();
  // The desktop shell knows the reason: it starts the engine.
  const news = useEngineNews();
  if (news !== null)
    return (
      <div className={news.state === 'failed' ? 'away away-hard' : 'away'} role="alert">
        {news.words}
      </div>
    );
  switch (state) {
    case 'open':
    case 'connecting':
      return null;
    case 'away':
      return (
        <div className="away" role="status">
          {text.away}
        </div>
      );
    case 'signed_out':
      return (
        <div className="away away-hard" role="alert">
          {text.signedOut} <code>{text.signedOutCommand}</code>
        </div>
      );
  }
}
