using System.Text;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>The drawings of the report.</summary>
internal static class ReportFigures
{
    public static string Scores(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        IntervalRow[] rows = [.. result.Methods.Index().Select(m => Row(scale, MethodName.Label(m.Item.Name), m.Index, m.Item.Cells[^1].Score, m.Item.Cells[^1].Runs.Select(r => (r.Seed, r.Score)), scale.Text(m.Item.Cells[^1].Score.Estimate)))];
        var off = OffScale(rows, r => r.Name, r => r.Values);
        return HtmlPage.Figure($"Test {result.Metric} with {Words.Count(result.Budgets[^1], "label")}: mean and 95 % interval of each method; the faint dots are its seeds.{(off is null ? "" : Beyond(off.Name, [off.Words]))}",
            IntervalChart.Draw("Test scores", result.Metric + scale.Unit, [.. rows.Where(r => r != off)]));
    }

    public static string Labels(ReportResult result)
    {
        if (result.Budgets.Count < 2) return "";
        var scale = MetricScale.Of(result.Metric);
        BudgetSeries[] all = [.. result.Methods.Index().Select(m => new BudgetSeries(MethodName.Label(m.Item.Name), m.Index, [.. m.Item.Cells.Select(c => (c.Labels, Scaled(scale, c.Score)))]))];
        var off = OffScale(all, s => s.Name, s => s.Values);
        BudgetSeries[] shown = [.. all.Where(s => s != off)];
        return "<h2>Labels</h2>\n" + HtmlPage.Legend(shown.Select(s => (s.Name, s.Colour)))
            + HtmlPage.Figure($"Test {result.Metric} by the number of training labels, with 95 % intervals.{(off is null ? "" : Beyond(off.Name, off.Points.Select(p => p.Score.Estimate).Order().Select(y => scale.Text(y / scale.Factor))))} {string.Join(' ', ReportSummary.Equivalences(result, result.Chosen))}",
                BudgetChart.Draw("Scores by labels", result.Metric + scale.Unit, shown));
    }

    public static string Gains(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var page = new StringBuilder("<h2>Against training from scratch</h2>\n");
        foreach (var (i, labels) in result.Budgets.Index().Reverse())
        {
            var scratch = result.Methods.First(m => m.Name == Report.Baseline).Cells[i].Runs.ToDictionary(r => r.Seed, r => r.Score);
            var rows = from m in result.Methods.Index()
                       let cell = m.Item.Cells[i]
                       let gain = cell.Gain
                       where gain is not null
                       select Row(scale, MethodName.Label(m.Item.Name), m.Index, gain.Mean, cell.Runs.Where(r => scratch.ContainsKey(r.Seed)).Select(r => (r.Seed, r.Score - scratch[r.Seed])), $"{scale.Signed(gain.Mean.Estimate)}, {gain.Verdict}");
            page.Append(HtmlPage.Figure($"With {Words.Count(labels, "label")}: difference from scratch, seed by seed, mean and 95 % interval; the faint dots are pairs with the same seed.",
                IntervalChart.Draw($"Differences from scratch with {labels} labels", scale.Difference, [.. rows], zero: true)));
        }
        return page.ToString();
    }

    public static string Reliability(ReportResult result)
    {
        var series = result.Methods.Index().Where(m => m.Item.Name is Report.Baseline || m.Item == result.Chosen)
            .Select(m => new ReliabilitySeries(MethodName.Label(m.Item.Name), m.Index, ReliabilityChart.Merged(m.Item.Cells[^1].Runs.SelectMany(r => r.Reliability)))).Where(s => s.Bins.Count > 0).ToArray();
        return series.Length == 0 ? "" : "<h2>Reliability</h2>\n" + HtmlPage.Legend(series.Select(s => (s.Name, s.Colour)))
            + HtmlPage.Figure($"How often predictions of a confidence are right, on the validation rows, with {Words.Count(result.Budgets[^1], "label")}; the dashed line is perfect. Larger dots are more predictions.", ReliabilityChart.Draw(series));
    }

    public static string Travel(ReportResult result)
    {
        var (method, colour) = (result.Chosen, result.Methods.Index().First(m => m.Item == result.Chosen).Index);
        var layers = method.Cells[^1].Runs.SelectMany(r => r.Distances.Select(d => (r.Seed, d.Layer, Distance: d.Relative))).GroupBy(t => t.Layer).ToArray();
        if (layers.Length == 0) return "";
        var rows = layers.Select(of => new IntervalRow(of.Key, colour, of.Average(t => t.Distance), double.NaN, double.NaN,
            [.. of.Select(t => (FormattableString.Invariant($"seed {t.Seed}: {t.Distance:0.000}"), t.Distance))], FormattableString.Invariant($"{of.Average(t => t.Distance):0.000}")));
        return "<h2>Distance travelled</h2>\n" + HtmlPage.Figure($"How far {MethodName.Label(method.Name)} moved each layer, ‖w − w₀‖ ÷ ‖w₀‖, from the input up; the faint dots are seeds.",
            IntervalChart.Draw("Distance travelled by layer", "of the starting weights' length", [.. rows], zero: true));
    }

    // The majority class, where it would more than double the scale: then the other methods could not be told apart.
    private static T? OffScale<T>(IReadOnlyList<T> all, Func<T, string> name, Func<T, IEnumerable<double>> values) where T : class
    {
        var majority = all.FirstOrDefault(one => name(one) == MethodName.Label(MajorityClass.Majority));
        double[] others = [.. all.Where(one => one != majority).SelectMany(values).Where(double.IsFinite)];
        if (majority is null || others.Length == 0) return null;
        var (low, high) = (others.Min(), others.Max());
        return high > low && values(majority).Any(y => Math.Max(low - y, y - high) > high - low) ? majority : null;
    }

    private static string Beyond(string name, IEnumerable<string> scores)
    {
        string[] all = [.. scores.Distinct()];
        return $" The {name} ({(all.Length == 1 ? all[0] : $"{all[0]} to {all[^1]}")}) is off the scale.";
    }

    private static IntervalRow Row(MetricScale scale, string name, int colour, Interval interval, IEnumerable<(ulong Seed, double Value)> seeds, string words)
    {
        var shown = Scaled(scale, interval);
        return new(name, colour, shown.Estimate, shown.Low, shown.High, [.. seeds.Select(s => (FormattableString.Invariant($"seed {s.Seed}: {s.Value * scale.Factor:0.0##}"), s.Value * scale.Factor))], words);
    }

    private static Interval Scaled(MetricScale scale, Interval interval) => new(interval.Estimate * scale.Factor, interval.Low * scale.Factor, interval.High * scale.Factor);
}
