namespace GraphTune.Gnn.Reporting.Html;

/// <summary>One HTML file that needs nothing else: style and drawings are inside, and there is no script. It is well-formed XML.</summary>
internal static class HtmlPage
{
    private static readonly string Style = Read("report.css");

    /// <summary>The whole page.</summary>
    /// <param name="title">Its title and heading.</param>
    /// <param name="lead">The answer, first.</param>
    /// <param name="facts">Pairs of a name and a text.</param>
    /// <param name="body">All that follows, as HTML.</param>
    public static string Of(string title, string lead, IReadOnlyList<(string Name, string Text)> facts, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Text(title)}</title>
        <style>
        {Style}</style>
        </head>
        <body>
        <h1>{Text(title)}</h1>
        <p class="lead">{Text(lead)}</p>
        <dl>{string.Concat(facts.Select(f => $"<dt>{Text(f.Name)}</dt><dd>{Text(f.Text)}</dd>"))}</dl>
        {body}</body>
        </html>

        """;

    public static string Figure(string caption, string drawing) => $"<figure>{drawing}<figcaption>{Text(caption)}</figcaption></figure>\n";

    /// <summary>One name and colour for each line of the charts that follow.</summary>
    public static string Legend(IEnumerable<(string Name, int Colour)> lines) =>
        $"<p class=\"legend\">{string.Concat(lines.Select(l => $"<span><span class=\"key {Svg.Look(l.Colour)}\"></span>{Text(l.Name)}</span>"))}</p>\n";

    public static string Text(string words) => Svg.Escape(words);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
