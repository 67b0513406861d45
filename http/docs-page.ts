/** The documentation page: a shell without any data; its script reads openapi.json and draws it. Works offline. */

/** `base` is the prefix the page was asked under, so that its links stay under the same one. */
export const docsPage = (base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Latch API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/static/colours.css">
<link rel="stylesheet" href="${base}/static/docs.css">
<script type="module" src="${base}/static/docs.js"></script>
</head>
<body data-base="${base}">
<header>
<h1>Latch API</h1>
<p id="about"></p>
<p><a href="${base}/static/websocket.txt">WebSocket streams: the protocol</a></p>
<input id="filter" type="search" placeholder="Filter paths, e.g. positions" aria-label="Filter paths" autocomplete="off">
</header>
<main id="operations"><p>Loading the description&hellip;</p></main>
<noscript><p>This page needs JavaScript. The description itself is at <a href="${base}/openapi.json">openapi.json</a>.</p></noscript>
</body>
</html>
`
