using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary>The loops in which methods train, where the command line does not say otherwise.</summary>
/// <param name="Whole">How all of a model is trained, from scratch and in full fine-tuning alike.</param>
internal sealed record Loops(FineTuner Whole)
{
    /// <summary>What the recipe is chosen from; null where nothing is to be trained for.</summary>
    public TaskFacts? Facts { get; init; }

    /// <summary>The recipe for a number of training labels.</summary>
    /// <param name="labels">How many there are.</param>
    /// <param name="given">What is not to be chosen; null for nothing.</param>
    public Recipe Recipe(int labels, RecipeOverrides? given = null) => RecipeChooser.Choose(Facts! with { Labels = labels }, given);

    /// <summary>What the recipe decides for each number of labels; what it decides alike for all of them once.</summary>
    public IReadOnlyList<ReportDecision> Decisions(IReadOnlyList<int> budgets) =>
    [
        .. budgets.SelectMany(labels => Recipe(labels).Decisions.Select(decision => (Labels: labels, Made: decision))).GroupBy(d => (d.Made.What, d.Made.Value)).Select(alike => new ReportDecision(
            alike.Count() == budgets.Count ? alike.Key.What : $"{alike.Key.What} with {string.Join(", ", alike.Select(d => d.Labels))} labels",
            alike.Key.Value, $"{alike.First().Made.Reason}{(alike.First().Made.Source.Length == 0 ? "" : $" ({alike.First().Made.Source})")}", $"{alike.First().Made.Evidence}".ToLowerInvariant())),
    ];

    /// <summary>Whole graphs train as Hu et al. (2020) do: Adam at 0.001, batches of 32, 100 epochs at a constant rate.</summary>
    public static Loops OfGraphs() => new(new FineTuner { Strategy = new Full(LearningRate: 1e-3f, WeightDecay: 0f), Epochs = 100, WarmUp = 0, Cosine = false, ClipNorm = float.PositiveInfinity });

    /// <summary>A strategy in the recipe's loop and at the recipe's rates: strategies then differ in who learns, and in nothing else.</summary>
    /// <param name="name">One of <see cref="Strategies.Names"/>.</param>
    /// <param name="labels">How many training labels there are.</param>
    /// <param name="epochs">Epochs; null for the recipe's own.</param>
    public FineTuner Named(string name, int labels, int? epochs)
    {
        var recipe = Recipe(labels);
        var tuner = Loop(recipe.Tuner, epochs);
        return name == Strategies.Recipe ? tuner : tuner with { Strategy = Strategies.ByName(name, labels, recipe.Rates, tuner.Epochs) };
    }

    /// <summary>What <c>finetune</c> compares, in the order of its table.</summary>
    /// <param name="chosen">The chosen strategy in its loop.</param>
    /// <param name="labels">How many training labels there are.</param>
    /// <param name="epochs">Epochs of every method; null for each loop's own.</param>
    public IReadOnlyList<Method> Methods(FineTuner chosen, int labels, int? epochs) =>
    [
        new(Report.Baseline, Pretrained: false, Loop(Whole, epochs)),
        new("linear-probe", Pretrained: true, Named("linear-probe", labels, epochs)),
        new("full", Pretrained: true, Loop(Whole, epochs)),
        new(Report.Chosen, Pretrained: true, Loop(chosen, epochs)),
    ];

    /// <summary>What <c>report</c> compares, in the order of its tables.</summary>
    /// <param name="strategies">Names of further strategies.</param>
    /// <param name="epochs">Epochs of every method; null for each loop's own.</param>
    public IReadOnlyList<IMethod> Methods(IEnumerable<string> strategies, int? epochs) =>
    [
        new MajorityClass(),
        new NearestNeighbours(),
        new LogisticProbe(),
        new Method(Report.Baseline, Pretrained: false, Loop(Whole, epochs)),
        new Method("full", Pretrained: true, Loop(Whole, epochs)),
        Method(Report.Chosen, epochs),
        .. strategies.Where(name => name is not ("full" or Report.Chosen)).Distinct().Select(name => Method(name, epochs)),
    ];

    private Method Method(string name, int? epochs)
    {
        FineTuner For(int labels) => Named(name, labels, epochs);
        return new(name, Pretrained: true, For(int.MaxValue)) { ForLabels = For };
    }

    private static FineTuner Loop(FineTuner tuner, int? epochs) => tuner with { Epochs = epochs ?? tuner.Epochs };
}
