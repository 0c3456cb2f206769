/** Hands a text or bytes to the person as a file, by the browser's own download. */
export function saveFile(name: string, mediaType: string, content: string | Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken the content by the end of the task; what stays is only the name of it.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
