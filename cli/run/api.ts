import type { OvirtApi } from '../../contract';
import { changing } from '../change';
import { lineFromStdin } from '../secrets';
import type { Run } from '../spec';

export const apiShow: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.api.show(), (api) => linesOf(api).forEach((line) => out.line(line)));
};

export const apiEnable: Run = async (context) => {
  const { input } = context;
  const given = await passwordFrom(context);
  const port = input.number('port');
  const asked = {
    ...(port === undefined ? {} : { port }),
    ...given,
    ...(input.flag('insecure-http') ? { insecureHttp: true } : { insecureHttp: false }),
  };
  return changing((client, dryRun) => client.api.enable({ ...asked, dryRun })).run(context, {
    done: ({ api, password }) => [...linesOf(api), ...madeLines(password)],
  });
};

export const apiPassword: Run = async (context) => {
  const given = await passwordFrom(context);
  return changing((client, dryRun) => client.api.password({ ...given, dryRun })).run(context, {
    done: ({ password }) => ['The password was replaced, and clients were signed out.', ...madeLines(password)],
  });
};

export const apiDisable: Run = (context) =>
  changing((client, dryRun) => client.api.disable({ dryRun })).run(context, {
    done: () => 'The oVirt API is disabled.',
  });

async function passwordFrom({ input }: Parameters<Run>[0]): Promise<{ password?: string }> {
  if (!input.flag('password-stdin')) return {};
  return { password: await lineFromStdin('password-stdin', 'Password of the oVirt API') };
}

const madeLines = (password: string | null): string[] =>
  password === null ? [] : [`password  ${password}`, 'It is shown this once; atoll api password makes another.'];

function linesOf({ enabled, url, user, caFile, problem }: OvirtApi): string[] {
  if (!enabled) return ['The oVirt API is disabled. Enable it with: atoll api enable'];
  return [
    url === null
      ? `The oVirt API could not be opened: ${problem ?? 'the engine has just started'}`
      : `url       ${url}`,
    `user      ${user}`,
    ...(caFile === null ? [] : [`CA file   ${caFile}`]),
  ];
}
