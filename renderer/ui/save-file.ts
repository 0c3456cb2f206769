/** Saves text or bytes as a file with the browser's download. */
export function saveFile(name: string, mediaType: string, content: string | Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has read the content by the end of the task; afterwards the URL can be revoked.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
