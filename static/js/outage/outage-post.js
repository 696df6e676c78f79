/* Posts JSON to the shop. Takes the CSRF token from the cookie, because the page may be older than the session. */
export async function posted(url, content) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const got = await fetch(url, { method: "POST", headers, body: JSON.stringify(content ?? {}) });
  const isJson = !got.redirected && got.headers.get("Content-Type")?.startsWith("application/json");
  return { status: got.redirected ? 401 : got.status, body: isJson ? await got.json() : null };
}
