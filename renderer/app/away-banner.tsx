import { useEngineNews } from '../api/shell';
import { useConnection } from '../api/use-live';
import { text } from './text';

/** Says quietly that what is seen may be old; nothing on the screen is taken away. */
export function AwayBanner() {
  const state = useConnection();
  // The desktop's shell knows why: it is what starts the engine.
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
