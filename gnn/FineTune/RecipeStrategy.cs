namespace GraphTune.Gnn.FineTune;

/// <summary>The part of a recipe that says who learns, and how fast.</summary>
internal sealed class RecipeStrategy(TaskFacts facts, Settled settled)
{
    private const string Howard = "Howard and Ruder 2018", Kipf = "Kipf and Welling 2017", Kumar = "Kumar et al. 2022";
    private const string OnCora = $"{Kumar}; our Cora, 14 and 140 labels: 69 and 82 %, a probe 68 and 76, all at once 61 and 81";

    private bool IsFar => facts.Distance >= RecipeChooser.Far;

    public (IStrategy Strategy, StrategyRates Rates) Choose()
    {
        var name = Name();
        var (head, small, moderate, source) = Rates();
        var slow = facts.Labels <= ByLabelCount.Many && !IsFar;
        var headRate = (float)settled.Number("rate.head", head, facts.Step == StepKind.FullGraph ? "a step that sees every label bears a large rate" : "the usual rate of mini-batches", Evidence.Strong, source, 0, 1e3);
        if (name == "linear-probe") return (new LinearProbe(headRate, Decay()), new(headRate, small));
        var rate = name == "full" ? headRate : slow ? small : moderate;
        var encoderRate = (float)settled.Number("rate.encoder", rate,
            name == "full" ? "as fast as the head" : slow ? "slower than the head, which is new" : IsFar ? "the target is far from pre-training, so much must move" : "enough labels to move it",
            name == "full" ? Evidence.Strong : Evidence.Weak, name == "full" ? source : Howard, 0, 1e3);
        var probed = name == "probe-then-full";
        IStrategy strategy = RecipeChooser.HasOwnLoop(facts) && !probed
            ? new FirstLayerL2(headRate, L2(), RecipeChooser.IsGat(facts)) { EncoderRate = encoderRate }
            : new DiscriminativeRates(encoderRate, headRate, Decay());
        var frozen = (int)settled.Number("freeze", 0, "every layer learns, by the rates above", Evidence.None, "", 0, 1000);
        if (frozen > 0) strategy = new FrozenBelow(strategy, frozen);
        return (probed ? new ProbeThenTune(strategy, ProbeRate: headRate) : strategy, new(headRate, encoderRate));
    }

    private string Name()
    {
        var distance = facts.Distance is { } d ? FormattableString.Invariant($"{d:0.##}") : "unknown";
        var (name, why, evidence, source) = facts switch
        {
            { Pretrained: false } => ("full", "there is no pre-trained encoder to keep", Evidence.Strong, ""),
            _ when RecipeChooser.HasOwnLoop(facts) && !RecipeChooser.IsGat(facts) => ("probe-then-full", "bags of words: the head alone for a quarter of the epochs, so that the encoder meets no random one; then everything, the encoder more slowly", Evidence.Weak, OnCora),
            { Labels: < ByLabelCount.Few } when RecipeChooser.HasOwnLoop(facts) => ("discriminative", $"{facts.Labels} labels, but attention over bags of words comes from pre-training with small embeddings, which a head alone does not lift", Evidence.None, ""),
            { Labels: < ByLabelCount.Few } => ("linear-probe", $"{facts.Labels} labels move a head, not an encoder; its own graphs are at distance {distance}", Evidence.Weak, Kumar),
            { Labels: <= ByLabelCount.Many } => ("discriminative", $"{facts.Labels} labels: everything learns, the encoder slowly; its own graphs are at distance {distance}", Evidence.Weak, Howard),
            _ => ("discriminative", $"{facts.Labels} labels: everything learns at moderate rates; its own graphs are at distance {distance}", Evidence.Strong, "Hu et al. 2020"),
        };
        return settled.Word("strategy", ["full", "linear-probe", "discriminative", "probe-then-full"], name, why, evidence, source);
    }

    private (float Head, float Small, float Moderate, string Source) Rates() => facts switch
    {
        { Step: not StepKind.FullGraph } => (1e-3f, 1e-4f, 1e-3f, "Hu et al. 2020"),
        _ when RecipeChooser.HasOwnLoop(facts) && RecipeChooser.IsGat(facts) => (5e-3f, 2.5e-3f, 5e-3f, "Veličković et al. 2018"),
        _ when RecipeChooser.HasOwnLoop(facts) => (1e-2f, 5e-3f, 1e-2f, Kipf),
        _ => (1e-2f, 1e-3f, 5e-3f, Kipf),
    };

    private float Decay() => (float)settled.Number("decay", 0.01, "AdamW's usual", Evidence.Weak, "Loshchilov and Hutter 2019", 0, 1e3);

    private float L2() => (float)settled.Number("l2", 5e-4, "held small as published: few labels, many words", Evidence.Strong, Kipf, 0, 1e3);
}
