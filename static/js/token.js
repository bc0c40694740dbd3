// The token that forms are sent with. After signing in again in another tab the cookie is newer
// than the field in the form.
export function token(form) {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
}
