/** The inspector's page: a shell without any data; its scripts ask for what they draw. Works offline. */

/** `base` is the prefix the page was asked under, so that its links stay under the same one. */
export const inspectPage = (base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Latch inspector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/static/colours.css">
<link rel="stylesheet" href="${base}/static/inspect/inspect.css">
<link rel="stylesheet" href="${base}/static/inspect/lists.css">
<link rel="stylesheet" href="${base}/static/inspect/chart.css">
<link rel="stylesheet" href="${base}/static/inspect/track.css">
<link rel="stylesheet" href="${base}/static/inspect/small.css">
<script src="${base}/static/elk.js" defer></script>
<script type="module" src="${base}/static/inspect/inspect.js"></script>
</head>
<body data-base="${base}">
<header>
<h1>Latch inspector</h1>
<span id="mode"></span>
<p id="problem" role="alert" hidden></p>
<span id="clock" title="Time of the market"></span>
<span id="connection" role="status">connecting</span>
</header>
<nav aria-label="Actors">
<input id="filter" type="search" placeholder="Filter, e.g. BTC or paused" aria-label="Filter actors" autocomplete="off">
<div id="tree">
<ul id="actors"></ul>
<p id="actors-more"></p>
</div>
</nav>
<main>
<div class="legend">
<h2 id="chart-name">Statechart</h2>
<span class="is-active">here now</span>
<span class="is-previous">before</span>
<span class="is-next">may come next</span>
<div class="zoom" role="group" aria-label="Size of the chart">
<button id="zoom-out" type="button" aria-label="Smaller">&minus;</button>
<button id="zoom-whole" type="button" aria-pressed="false">Whole</button>
<button id="zoom-in" type="button" aria-label="Larger">+</button>
</div>
</div>
<div id="chart" tabindex="0" aria-label="Statechart"><p>Drawing&hellip;</p></div>
</main>
<aside aria-label="The chosen actor">
<h2 id="actor-id"></h2>
<p id="actor-state"></p>
<p id="gone" role="status" hidden></p>
<h3>Why it is here</h3>
<ul id="actor-why"></ul>
<h3>Last steps</h3>
<ul id="actor-steps"></ul>
<h3>What it may take next</h3>
<ul id="actor-next"></ul>
</aside>
<footer>
<button id="earlier" type="button" hidden>Earlier</button>
<div class="track">
<div id="strip" aria-hidden="true"></div>
<input id="when" type="range" min="0" max="0" value="0" step="1" aria-label="Step of the journal">
</div>
<button id="live" type="button" aria-pressed="true">Live</button>
<select id="scope" aria-label="Whose steps the slider stops at">
<option value="all">every step</option>
<option value="account">this account</option>
<option value="actor">this actor</option>
</select>
<output id="when-text" for="when"></output>
</footer>
<noscript><p>This page needs JavaScript. What it shows is at <a href="${base}/actors">actors</a>.</p></noscript>
</body>
</html>
`
