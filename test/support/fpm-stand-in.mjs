#!/usr/bin/env node
// Makes a .deb or .rpm of what electron-builder asks fpm for, with Debian's own tools: for proving those packages where fpm, which is no
// Debian package, can't be had. It knows the options that electron-builder gives it, and refuses others.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FLAGS = new Set(['--force']);
const LISTS = new Set(['-d', '--deb-recommends', '--conflicts', '--provides']);
const SINGLE = new Set(
  '-s -t --architecture --after-install --after-remove --description --version --package --name --maintainer --vendor --url --category --deb-priority --rpm-summary --license --deb-compression --rpm-compression --rpm-os'.split(
    ' ',
  ),
);

const said = {};
const lists = { '-d': [], '--deb-recommends': [], '--conflicts': [], '--provides': [] };
const files = [];
// `--name=value` is the same as `--name value`; what begins with no dash is FROM=TO.
const words = process.argv.slice(2).flatMap((word) => /^(--[\w-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
for (let args = words; args.length > 0;) {
  const [word, value] = args;
  args = args.slice(FLAGS.has(word) || !word.startsWith('-') ? 1 : 2);
  if (FLAGS.has(word)) continue;
  if (LISTS.has(word)) lists[word].push(value);
  else if (SINGLE.has(word)) said[word] = value;
  else if (!word.startsWith('-')) files.push(word.split('='));
  else throw new Error(`the stand-in of fpm does not know ${word}`);
}

const work = mkdtempSync(join(tmpdir(), 'atoll-fpm-'));
const tree = join(work, 'tree');
try {
  for (const [from, to] of files) {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    cpSync(from, join(tree, to), { recursive: true });
  }
  if (said['-t'] === 'deb') deb();
  else if (said['-t'] === 'rpm') rpm();
  else throw new Error(`the stand-in of fpm makes no ${said['-t']}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function deb() {
  const field = (name, value) => (value === undefined || value === '' ? [] : [`${name}: ${value}`]);
  const control = [
    ...field('Package', said['--name']),
    ...field('Version', said['--version']),
    ...field('Architecture', said['--architecture']),
    ...field('Maintainer', said['--maintainer']),
    ...field('Section', said['--category']),
    ...field('Priority', said['--deb-priority']),
    ...field('Depends', lists['-d'].join(', ')),
    ...field('Recommends', lists['--deb-recommends'].join(', ')),
    ...field('Conflicts', lists['--conflicts'].join(', ')),
    ...field('Provides', lists['--provides'].join(', ')),
    ...field('Homepage', said['--url']),
    ...field('Description', said['--description']),
  ];
  mkdirSync(join(tree, 'DEBIAN'));
  writeFileSync(join(tree, 'DEBIAN/control'), `${control.join('\n')}\n`);
  for (const [name, option] of [
    ['postinst', '--after-install'],
    ['postrm', '--after-remove'],
  ])
    writeFileSync(join(tree, 'DEBIAN', name), readFileSync(said[option]), { mode: 0o755 });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, said['--package']]);
}

function rpm() {
  const spec = [
    `Name: ${said['--name']}`,
    `Version: ${said['--version']}`,
    'Release: 1',
    `Summary: ${said['--rpm-summary']}`,
    `License: ${said['--license']}`,
    `Vendor: ${said['--vendor']}`,
    `URL: ${said['--url']}`,
    'AutoReqProv: no',
    ...lists['-d'].map((one) => `Requires: ${one}`),
    ...lists['--conflicts'].map((one) => `Conflicts: ${one}`),
    // What is packed is packed as it is: no debug packages, no stripping, no bytecode.
    '%global __os_install_post %{nil}',
    '%define debug_package %{nil}',
    '%define _build_id_links none',
    '%define _binary_payload w1.gzdio',
    '%description',
    said['--description'],
    '%post',
    readFileSync(said['--after-install'], 'utf8').replaceAll('%', '%%'),
    '%postun',
    readFileSync(said['--after-remove'], 'utf8').replaceAll('%', '%%'),
    '%files',
    ...files.map(([, to]) => `"${to}"`),
  ];
  writeFileSync(join(work, 'spec'), `${spec.join('\n')}\n`);
  const top = join(work, 'rpm');
  const defines = [
    ['_topdir', top],
    ['buildroot', tree],
  ].flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  execFileSync(
    'rpmbuild',
    ['-bb', '--target', said['--architecture'], '--buildroot', tree, ...defines, join(work, 'spec')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const made = join(
    top,
    'RPMS',
    said['--architecture'],
    `${said['--name']}-${said['--version']}-1.${said['--architecture']}.rpm`,
  );
  cpSync(made, said['--package']);
}
