using System.Text.Json;

namespace GraphTune.Benchmarks.Peers;

/// <summary>The outcome of one workload. Its names are what <c>hot</c> prints, and stay.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Threads">Threads of either side.</param>
/// <param name="OursMs">Our median, milliseconds.</param>
/// <param name="PeerMs">The peer's median in its fastest form, milliseconds.</param>
/// <param name="Peer">That form.</param>
/// <param name="Ratio">PeerMs / OursMs: above 1 we are faster.</param>
/// <param name="OursPeakMB">Resident memory that our side added at its peak, operands and results included, MB of 10⁶ bytes.</param>
/// <param name="PeerPeakMB">The same of the peer's form.</param>
/// <param name="Error">The largest difference of two elements, relative to the largest number of their part.</param>
/// <param name="Clock"><c>wall</c> where the machine was quiet, else <c>processor</c>: the calling thread's processor time.</param>
internal sealed record Outcome(string Workload, int Threads, double OursMs, double PeerMs, string Peer, double Ratio, double OursPeakMB, double PeerPeakMB, double Error, string Clock)
{
    private static readonly JsonSerializerOptions Line = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>One line of JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Line);
}

/// <summary>Sets our engine and a peer to the same work in one process: first the results, element by element, then time by turns; memory in a process for each.</summary>
internal sealed record Duel(int Threads, Race Race)
{
    private const double OwnScale = 1e-3;   // of the largest number of all parts: a part below it may be zero but for rounding
    private static readonly Race Glance = new(Wanted: 1, BudgetSeconds: 2);

    /// <summary>Runs one workload.</summary>
    /// <exception cref="InvalidDataException">The results disagree.</exception>
    public Outcome Fight(Workload workload)
    {
        workload.Prepare();
        using var ours = workload.Ours(Threads);
        var expected = ours.Result();
        var error = 0.0;
        (IContender Side, int Form, double Milliseconds)? best = null;
        for (var form = 0; form < workload.Peers.Length; form++)
        {
            var peer = workload.Peers[form]();
            error = Math.Max(error, Compare(workload, expected, peer));
            var time = Glance.Run(peer.Run)[0].Milliseconds;
            if (best is { } slower && slower.Milliseconds <= time) { peer.Dispose(); continue; }
            best?.Side.Dispose();
            best = (peer, form, time);
        }

        using var fastest = best!.Value.Side;
        var laps = Race.Run(ours.Run, fastest.Run);
        return new(workload.Name, Threads, Round(laps[0].Milliseconds), Round(laps[1].Milliseconds), fastest.Form, Round(laps[1].Milliseconds / laps[0].Milliseconds),
            PeakMemory.Of(workload, -1, Threads), PeakMemory.Of(workload, best.Value.Form, Threads), double.Parse($"{error:G2}"), laps[0].Quiet ? "wall" : "processor");
    }

    private static double Compare(Workload workload, float[][] ours, IContender peer)
    {
        var theirs = peer.Result();
        if (ours.Length != theirs.Length) throw new InvalidDataException($"{workload.Name}: we give {ours.Length} parts, {peer.Form} {theirs.Length}");
        var (worst, floor) = (0.0, OwnScale * theirs.Max(Largest));
        for (var part = 0; part < ours.Length; part++)
        {
            var error = Difference(ours[part], theirs[part], floor);
            if (!(error <= workload.Tolerance))
                throw new InvalidDataException($"{workload.Name}: part {part} of our result is {error:G2} of its largest number apart from {peer.Form}; {workload.Tolerance:G2} is allowed");
            worst = Math.Max(worst, error);
        }
        return worst;
    }

    private static double Difference(float[] x, float[] y, double floor)
    {
        if (x.Length != y.Length) return double.PositiveInfinity;
        var apart = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            if (!float.IsFinite(x[i]) || !float.IsFinite(y[i])) return double.NaN;
            apart = Math.Max(apart, Math.Abs((double)x[i] - y[i]));
        }
        return apart == 0 ? 0 : apart / Math.Max(floor, Largest(y));
    }

    private static double Largest(float[] x) => x.Length == 0 ? 0 : x.Max(MathF.Abs);

    private static double Round(double x) => double.Parse($"{x:G4}");
}
