/** No circle of files, types counted, and none of the engine's folders. The tests are left out: their helpers stand beside all folders. */
const { options } = require('./.dependency-cruiser.cjs');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles-of-types', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circles-of-engine-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^engine/' },
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: '\\.test\\.tsx?$|^test/' } },
};
