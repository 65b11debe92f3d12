using System.Text.RegularExpressions;

namespace GraphTune.Gnn;

/// <summary>How names in a checkpoint become a model's paths: rules that run one after another, each on what the one before left.</summary>
/// <remarks>A rule's glob must match a whole name; one that matches nothing changes nothing. Names are mapped, tensors are not touched.</remarks>
/// <param name="Rules">The rules, in order.</param>
public sealed record NameMap(params IReadOnlyList<NameRule> Rules)
{
    /// <summary>Names stay as they are.</summary>
    public static NameMap Identity { get; } = new();

    /// <summary>Files of Hu et al. 2020 (arXiv:1905.12265), a bare encoder or one inside a predictor, with or without <c>DataParallel</c>, to a bare encoder.</summary>
    public static NameMap Hu2020 { get; } = new(new NameRule("module.*", "*"), new NameRule("gnn.*", "*"), new NameRule("graph_pred_linear.*", null), new NameRule("pool.*", null));

    /// <summary>The same files to a predictor, which keeps its encoder under <c>gnn.</c>.</summary>
    public static NameMap Hu2020Predictor { get; } = new(
        new NameRule("module.*", "*"), new NameRule("x_embedding*", "gnn.x_embedding*"), new NameRule("gnns.*", "gnn.gnns.*"), new NameRule("batch_norms.*", "gnn.batch_norms.*"));

    /// <summary>PyG's <c>BasicGNN</c> models, whose norms lie one level deeper, to an <see cref="Encoder"/>.</summary>
    public static NameMap PyG { get; } = new(new NameRule("norms.*.module.*", "norms.*.*"));

    /// <summary>Takes a prefix away, such as <c>module.</c>, and leaves out what does not have it.</summary>
    /// <param name="prefix">The prefix, with its dot.</param>
    public static NameMap Below(string prefix) => prefix.Length == 0 ? Identity : new(new NameRule($"{prefix}*", "*") { DropsOthers = true });

    /// <summary>Reads rules, one a line: <c>glob => replacement</c>, or <c>glob =></c> to leave out. Blank lines and lines that start with # are skipped.</summary>
    /// <param name="text">The rules.</param>
    /// <exception cref="InvalidDataException">A line is no rule.</exception>
    public static NameMap Parse(string text)
    {
        var rules = new List<NameRule>();
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line.Trim(), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split("=>") is not [var from, var to] || from.Trim().Length == 0) throw new InvalidDataException($"name map, line {number}: 'glob => replacement' is wanted, found '{(line.Length > 60 ? line[..60] + "…" : line)}'");
            rules.Add(new(from.Trim(), to.Trim().Length == 0 ? null : to.Trim()));
        }
        return new([.. rules]);
    }

    /// <summary>What a name becomes; null where a rule leaves it out.</summary>
    /// <param name="name">A name in a file.</param>
    public string? Apply(string name)
    {
        foreach (var rule in Rules)
        {
            if (rule.Apply(name) is not { } mapped) return null;
            name = mapped;
        }
        return name;
    }

    /// <summary>The rules after these.</summary>
    /// <param name="next">Rules for what these leave.</param>
    public NameMap Then(NameMap next) => new([.. Rules, .. next.Rules]);

    /// <summary>One rule after another.</summary>
    public override string ToString() => Rules.Count == 0 ? "as they are" : string.Join("; ", Rules);
}

/// <summary>One rule of a <see cref="NameMap"/>.</summary>
/// <param name="From">A glob: each <c>*</c> stands for any run of characters.</param>
/// <param name="To">What a matching name becomes, each <c>*</c> being what the star of the same place stood for; null to leave the tensor out.</param>
public sealed record NameRule(string From, string? To)
{
    private readonly Regex pattern = new("^" + Regex.Escape(From).Replace("\\*", "(.*?)") + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Whether names that do not match are left out rather than kept.</summary>
    public bool DropsOthers { get; init; }

    /// <summary>What a name becomes; itself where the rule does not match, null where it is left out.</summary>
    /// <param name="name">A name.</param>
    public string? Apply(string name)
    {
        var match = pattern.Match(name);
        if (!match.Success) return DropsOthers ? null : name;
        if (To is null) return null;
        var parts = To.Split('*');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : (i < match.Groups.Count ? match.Groups[i].Value : "") + part));
    }

    /// <inheritdoc/>
    public bool Equals(NameRule? other) => other is not null && (From, To, DropsOthers) == (other.From, other.To, other.DropsOthers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(From, To, DropsOthers);

    /// <summary>For messages: <c>"gnn.*" → "*"</c>.</summary>
    public override string ToString() => To is null ? $"\"{From}\" left out" : $"\"{From}\" → \"{To}\"";
}
