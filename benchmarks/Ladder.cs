using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace GraphTune.Benchmarks;

/// <summary>How much a benchmark class moves and computes in one run, for its parameters as they are set.</summary>
internal interface IWork
{
    /// <summary>Bytes that the algorithm has to read and write, however it is coded.</summary>
    double Bytes { get; }

    /// <summary>Additions and multiplications.</summary>
    double Operations { get; }

    /// <summary>Which of the machine's bandwidths bounds it, GB/s.</summary>
    double Bandwidth(Roofline roof);
}

/// <summary>How ladders are run: in this process, so that the graph is drawn once, with rates and the share of the machine's limit beside each time.</summary>
internal sealed class LadderConfig : ManualConfig
{
    public LadderConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddColumn(
            new WorkColumn("GB/s", (work, seconds, _) => 1e-9 * work.Bytes / seconds),
            new WorkColumn("GFLOP/s", (work, seconds, _) => 1e-9 * work.Operations / seconds),
            new WorkColumn("of limit", (work, seconds, roof) => Math.Max(1e-9 * work.Bytes / work.Bandwidth(roof), 1e-9 * work.Operations / roof.Fma) / seconds));
    }

    private sealed class WorkColumn(string name, Func<IWork, double, Roofline, double> value) : IColumn
    {
        public string Id => name;
        public string ColumnName => name;
        public bool AlwaysShow => true;
        public ColumnCategory Category => ColumnCategory.Custom;
        public int PriorityInCategory => 0;
        public bool IsNumeric => true;
        public UnitType UnitType => UnitType.Dimensionless;
        public string Legend => name == "of limit" ? "share of what this machine's bandwidth and multiply-adds allow with as many threads (Roofline)" : $"{name}, of the work that the algorithm needs";

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        {
            if (summary[benchmarkCase]?.ResultStatistics?.Mean is not { } nanoseconds) return "";
            var work = (IWork)Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
            foreach (var parameter in benchmarkCase.Parameters.Items) benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(work, parameter.Value);
            var threads = benchmarkCase.Descriptor.WorkloadMethod.Name.EndsWith("AllThreads", StringComparison.Ordinal) ? Environment.ProcessorCount : 1;
            return value(work, 1e-9 * nanoseconds, Roofline.Of(threads)).ToString("G3", CultureInfo.InvariantCulture);
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
