import { BarChart, CustomChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  ToolboxComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  HeatmapChart,
  GridComponent,
  TooltipComponent,
  DataZoomComponent,
  ToolboxComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export type EChartProps = {
  option: echarts.EChartsCoreOption;
  height: number;
  /** Drag to zoom, double-click to reset. */
  zoom?: boolean;
  /** Called with the index on the x axis that was clicked. */
  onPick?: (index: number) => void;
};

/** Loaded lazily by Chart.tsx, because ECharts is large. */
export default function EChart({ option, height, zoom = false, onPick }: EChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    if (!container.current) return;
    const created = echarts.init(container.current);
    chart.current = created;
    created.on("click", ({ dataIndex }) => pick.current?.(dataIndex));
    created.getZr().on("dblclick", () => {
      created.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
    });
    const watcher = new ResizeObserver(() => created.resize());
    watcher.observe(container.current);
    return () => {
      watcher.disconnect();
      created.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: false, replaceMerge: ["series"] });
    if (!zoom) return;
    chart.current?.dispatchAction({
      type: "takeGlobalCursor",
      key: "dataZoomSelect",
      dataZoomSelectActive: true,
    });
  }, [option, zoom]);

  return <div ref={container} style={{ height }} />;
}
