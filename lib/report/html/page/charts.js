// Draws each chart when it comes near the view, and again when its width or the colours change.
(() => {
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const drawn = new Map();
  const HEIGHT = 170;
  // Half the width of a sheet, so that letters in charts are as large as elsewhere.
  const PAPER = { width: 320, height: 150 };
  const onPaper = () => document.documentElement.dataset.paper !== undefined;
  const STROKES = { value: "--line", trend: "--trend", leak: "--limit" };
  const DASHES = { trend: [6, 4], leak: [3, 3] };

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const seconds = (value) => {
    if (value < 60) return `${Number(value.toFixed(2))}s`;
    const [minutes, rest] = [Math.floor(value / 60), Math.round(value % 60)];
    if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m${String(rest).padStart(2, "0")}`;
    return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}`;
  };

  const round = (value) => value >= 100 ? Math.round(value) : Number(value.toPrecision(3));

  // A limit far above all values would press the curve flat: it is then named at the top of the chart, without a line.
  const isNear = ({ limit, lines, log }) => {
    if (limit === null) return false;
    const most = Math.max(...lines.flatMap(({ y }) => y.filter((value) => value !== null)));
    return log || most > limit.value * 0.25;
  };

  const rangeOf = (chart) => (_plot, low, high) => {
    const near = isNear(chart) ? chart.limit.value : 0;
    if (chart.log) {
      const bottom = low === null || low <= 0 ? 0.1 : low;
      return [10 ** Math.floor(Math.log10(bottom)), Math.max(high ?? 1, near) * 1.6];
    }
    if (chart.across === "cycles") {
      const margin = Math.max((high - low) * 0.1, high * 0.02, 0.1);
      return [Math.max(0, low - margin), high + margin];
    }
    return [0, Math.max(high ?? 0, near, 0.1) * 1.12];
  };

  const limitLine = (chart) => (plot) => {
    if (chart.limit === null) return;
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const near = isNear(chart);
    const y = near ? plot.valToPos(chart.limit.value, "y", true) : bbox.top;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color("--limit");
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    ctx.textBaseline = "bottom";
    const name = `${chart.limit.name} ${chart.limit.value} ${chart.unit}`;
    if (near) {
      ctx.lineWidth = 1.25 * ratio;
      ctx.setLineDash([5 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.fillText(near ? name : `↑ ${name}`, bbox.left + bbox.width, near ? y - 2 * ratio : y + 12 * ratio);
    ctx.restore();
  };

  // Names the trend and the leak line at their ends.
  const lineNames = (chart) => (plot) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    for (const { look, name, y } of chart.lines.filter(({ look }) => look !== "value")) {
      ctx.fillStyle = color(STROKES[look]);
      ctx.textBaseline = look === "leak" ? "bottom" : "top";
      const at = plot.valToPos(y.at(-1), "y", true) + (look === "leak" ? -6 : 6) * ratio;
      const low = bbox.top + bbox.height - 14 * ratio;
      ctx.fillText(name, bbox.left + bbox.width, Math.min(Math.max(at, bbox.top + 12 * ratio), low));
    }
    ctx.restore();
  };

  const failedMarks = (chart) => (plot) => {
    const { ctx, bbox } = plot;
    const size = 4 * devicePixelRatio;
    ctx.save();
    ctx.fillStyle = color("--fail");
    for (const moment of chart.failed) {
      const x = plot.valToPos(moment, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const y = bbox.top + bbox.height;
      ctx.beginPath();
      ctx.moveTo(x - size, y);
      ctx.lineTo(x, y - 2 * size);
      ctx.lineTo(x + size, y);
      ctx.fill();
    }
    ctx.restore();
  };

  const seriesOf = (chart) =>
    chart.lines.map(({ look, name }) => {
      const stroke = color(STROKES[look]);
      const few = chart.x.length <= 60 && look === "value";
      return {
        label: name,
        stroke,
        width: look === "value" ? 1.75 : 1.25,
        points: { show: few, size: 5, fill: stroke },
        ...(look === "value" ? {} : { dash: DASHES[look] }),
        ...(look === "value" && !chart.log ? { fill: color("--fill") } : {}),
      };
    });

  const readout = (chart, element) => (plot) => {
    const { idx } = plot.cursor;
    const known = idx === null || idx === undefined ? [] : chart.lines.filter(({ y }) => y[idx] !== null);
    const at = chart.across === "time" ? seconds(chart.x[idx] ?? 0) : `cycle ${Math.floor(chart.x[idx] ?? 0)}`;
    const values = known.map(({ look, name, y }) =>
      `${look === "value" ? "" : `${name} `}${round(y[idx])} ${chart.unit}`
    );
    element.textContent = known.length === 0 ? "" : `${at}: ${values.join(", ")}`;
  };

  const axisOf = (values, more) => ({
    stroke: color("--muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: color("--grid"), width: 1 },
    ticks: { show: false },
    values: (_plot, ticks) => ticks.map((tick) => tick === null ? null : values(tick)),
    ...more,
  });

  // A logarithmic axis shows only the powers of ten.
  const powers = (_plot, splits) => splits.map((value) => Number.isInteger(Math.log10(value)) ? value : null);
  const decades = () => ({ filter: powers, grid: { stroke: color("--grid"), width: 1, filter: powers } });

  // Failed probes may lie outside of the range of answered ones.
  const xRange = (chart) => (plot, low, high) => {
    const seen = plot.data[0];
    const whole = seen.length === 0 || (low === seen[0] && high === seen.at(-1));
    const ends = whole ? [...seen.slice(0, 1), ...seen.slice(-1), ...chart.failed] : [low, high];
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return from === to ? [from - 1, to + 1] : [from, to];
  };

  const draw = (element) => {
    const chart = data[Number(element.dataset.chart)];
    drawn.get(element)?.destroy();
    const caption = element.parentElement.querySelector("figcaption");
    let note = caption.querySelector(".readout");
    if (note === null) {
      note = document.createElement("span");
      note.className = "readout";
      note.setAttribute("aria-hidden", "true");
      caption.append(note);
    }
    const plot = new uPlot(
      {
        ...(onPaper() ? PAPER : { width: Math.max(element.clientWidth, 120), height: HEIGHT }),
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: 7 },
          drag: { x: chart.across !== "cycles", y: false },
          ...(chart.across !== "cycles" ? { sync: { key: element.dataset.group, scales: ["x", null] } } : {}),
        },
        scales: {
          x: { time: false, range: xRange(chart) },
          y: { range: rangeOf(chart), ...(chart.log ? { distr: 3 } : {}) },
        },
        series: [{}, ...seriesOf(chart)],
        axes: [
          axisOf(chart.across === "time" ? seconds : (tick) => Number.isInteger(tick) ? tick : "", {
            size: 26,
            space: 60,
          }),
          axisOf(round, { size: 44, space: 32, ...(chart.log ? decades() : {}) }),
        ],
        hooks: { draw: [limitLine(chart), lineNames(chart), failedMarks(chart)], setCursor: [readout(chart, note)] },
      },
      [chart.x, ...chart.lines.map(({ y }) => y)],
      element,
    );
    drawn.set(element, plot);
  };

  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      inView.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "300px" });
  const widths = new ResizeObserver((entries) => {
    for (const { contentRect, target } of entries) {
      const plot = drawn.get(target);
      if (
        plot !== undefined && !onPaper() && contentRect.width >= 120 && Math.abs(plot.width - contentRect.width) >= 1
      ) {
        plot.setSize({ width: contentRect.width, height: HEIGHT });
      }
    }
  });
  for (const element of document.querySelectorAll("[data-chart]")) {
    inView.observe(element);
    widths.observe(element);
  }

  const redraw = () => {
    for (const element of [...drawn.keys()]) draw(element);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // For paper: draws all charts, in the colours that are set by then.
  document.addEventListener("report-paper", ({ detail }) => {
    if (detail.all) { for (const element of document.querySelectorAll("[data-chart]")) draw(element); }
    else redraw();
  });
})();
