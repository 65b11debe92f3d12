using System.Globalization;
using System.Net;
using System.Text;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>Writes a drawing that lives inside a page and takes its colours from the page's style.</summary>
internal sealed class Svg
{
    private const int Colours = 8;
    private readonly StringBuilder text = new();
    private readonly int width, height;
    private readonly string label;

    /// <summary>An empty drawing.</summary>
    /// <param name="width">Width in drawing units; on the page it is as wide as there is room, up to a readable size.</param>
    /// <param name="height">Height in drawing units.</param>
    /// <param name="label">What it shows, for those who cannot see it.</param>
    public Svg(int width, int height, string label) => (this.width, this.height, this.label) = (width, height, label);

    public void Line(string style, double x1, double y1, double x2, double y2) =>
        text.Append(CultureInfo.InvariantCulture, $"""<line class="{style}" x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"/>""");

    /// <summary>A line through points.</summary>
    public void Path(string style, IEnumerable<(double X, double Y)> points) =>
        text.Append($"""<polyline class="{style}" points="{string.Join(' ', points.Select(p => FormattableString.Invariant($"{p.X:0.#},{p.Y:0.#}")))}"/>""");

    /// <summary>A dot that says what it is when pointed at.</summary>
    public void Dot(string style, double x, double y, double radius, string title) =>
        text.Append(CultureInfo.InvariantCulture, $"""<circle class="{style}" cx="{x:0.#}" cy="{y:0.#}" r="{radius:0.#}"><title>{Escape(title)}</title></circle>""");

    /// <summary>Text that begins, is centred or ends at a place: <c>start</c>, <c>middle</c>, <c>end</c>.</summary>
    public void Text(string style, double x, double y, string words, string anchor = "start") =>
        text.Append(CultureInfo.InvariantCulture, $"""<text class="{style}" x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}">{Escape(words)}</text>""");

    /// <summary>The style of the colour of a method, by its number: eight colours, then the same with dashed lines and hollow dots.</summary>
    public static string Look(int number) => $"c{number % Colours}{(number / Colours % 2 == 1 ? " dashed" : "")}";

    public override string ToString() =>
        $"""<svg viewBox="0 0 {width} {height}" role="img" aria-label="{Escape(label)}">{text}</svg>""";

    public static string Escape(string words) => WebUtility.HtmlEncode(words);
}
