using System.Diagnostics;
using GraphTune.Gnn;
using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>Follows training: a moving line where somebody watches; else one line a run, ten where there is only one; nothing where it is to be quiet.</summary>
internal sealed class TrainingView
{
    private const int Tenths = 10;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly int runs;
    private readonly MetricScale scale;
    private readonly Action<string, double, bool> show;   // the line, the share done, and whether it is worth keeping
    private int ended;
    private string line = "";

    private TrainingView(int runs, MetricScale scale, Action<string, double, bool> show) => (this.runs, this.scale, this.show) = (runs, scale, show);

    /// <summary>Runs <paramref name="work"/>, which tells the view of every epoch and of every run's end.</summary>
    /// <param name="session">Says where and how to show it.</param>
    /// <param name="runs">How many training runs there will be.</param>
    /// <param name="work">What to follow.</param>
    /// <param name="metric">What validates; shares are shown in percent.</param>
    public static void Follow(Session session, int runs, Action<TrainingView> work, string metric = "accuracy")
    {
        var scale = MetricScale.Of(metric);
        if (session.Quiet) work(new(runs, scale, (_, _, _) => { }));
        else if (session.IsLive) Live(session.Screen, runs, scale, work);
        else work(new(runs, scale, (text, _, keep) => { if (keep) session.Print(text); }));
    }

    /// <summary>An epoch of the present run has ended.</summary>
    public void Epoch(string run, EpochReport report)
    {
        var share = (ended + (report.Epoch + 1.0) / report.Epochs) / runs;
        line = $"{run,-28} {Text(report, scale)}  {Left(share)}";
        show(line, share, runs == 1 && (report.Epoch + 1) * Tenths / report.Epochs > report.Epoch * Tenths / report.Epochs);
    }

    /// <summary>The present run has ended.</summary>
    /// <param name="instead">What to say of it; null for its last epoch.</param>
    public void RunEnded(string? instead = null) => show(instead ?? line, (double)++ended / runs, runs > 1);

    /// <summary><c>epoch 12/60  loss 0.5321  validation 79.2 %  rate 0.01</c>.</summary>
    public static string Text(EpochReport report, MetricScale scale)
    {
        var validation = report.Validation is { } score ? $"  validation {scale.Text(score),6}" : "";
        var epochs = $"{report.Epochs}";
        return $"epoch {$"{report.Epoch + 1}".PadLeft(epochs.Length)}/{epochs}  loss {report.Loss:F4}{validation}  rate {report.LearningRate:0.####e0}";
    }

    private string Left(double share) => $"{Words.Duration(clock.Elapsed.TotalSeconds * (1 - share) / share)} left";

    private static void Live(IAnsiConsole screen, int runs, MetricScale scale, Action<TrainingView> work) => screen.Progress()
        .AutoClear(true)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var task = context.AddTask("");
            work(new(runs, scale, (text, share, _) =>
            {
                task.Description = Markup.Escape(text);
                task.Value = share * 100;
            }));
        });
}
