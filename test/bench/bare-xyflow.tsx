import { type Node, ReactFlow } from '@xyflow/react';
import { createRoot } from 'react-dom/client';

const GROUPS = 200;
const EACH = 5;
const COLUMNS = 20;
const GROUP = { width: 260, height: 110 };

/** What a map of 1,000 VMs on 200 networks is at the least: boxes with names in boxes with names. */
const nodes: Node[] = Array.from({ length: GROUPS }, (_, g) => {
  const group: Node = {
    id: `g${g}`,
    type: 'group',
    data: { label: `net-${g}` },
    position: { x: (g % COLUMNS) * (GROUP.width + 20), y: Math.floor(g / COLUMNS) * (GROUP.height + 20) },
    style: GROUP,
  };
  const inside = Array.from({ length: EACH }, (__, i): Node => ({
    id: `g${g}n${i}`,
    parentId: group.id,
    data: { label: `vm-${g}-${i}` },
    position: { x: 8 + (i % 3) * 84, y: 24 + Math.floor(i / 3) * 42 },
    style: { width: 78, height: 34, padding: 4, fontSize: 11 },
  }));
  return [group, ...inside];
}).flat();

const root = document.querySelector('#root');
if (root === null) throw new Error('no place to draw');
createRoot(root).render(<ReactFlow defaultNodes={nodes} edges={[]} fitView minZoom={0.02} nodesDraggable={false} />);
