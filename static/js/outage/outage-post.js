/* Posts to the shop from a page that may be older than the session: the token is that of the browser's own cookie. */
export async function posted(url, content) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const got = await fetch(url, { method: "POST", headers, body: JSON.stringify(content ?? {}) });
  const isJson = !got.redirected && got.headers.get("Content-Type")?.startsWith("application/json");
  return { status: got.redirected ? 401 : got.status, body: isJson ? await got.json() : null };
}
