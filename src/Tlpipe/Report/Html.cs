// Markup in which every text is escaped unless it is markup itself.
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tlpipe.Report;

/// <summary>A piece of HTML or SVG. Text becomes one only by being escaped.</summary>
internal readonly record struct Html(string Markup)
{
    public static Html Empty { get; } = new("");

    /// <summary>Markup with holes: <c>Html.Of($"&lt;p&gt;{text}&lt;/p&gt;")</c>. The text of a hole is escaped, and numbers are written in the invariant culture.</summary>
    public static Html Of(Writer markup) => new(markup.ToString());

    /// <summary>A text, escaped.</summary>
    public static Html Text(string text) => Of($"{text}");

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    public override string ToString() => Markup;

    /// <summary>Fills the holes.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Writer(int literalLength, int formattedCount)
    {
        private readonly StringBuilder markup = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => markup.Append(literal);

        public void AppendFormatted(Html piece) => markup.Append(piece.Markup);

        public void AppendFormatted(IEnumerable<Html> pieces)
        {
            foreach (var piece in pieces)
                markup.Append(piece.Markup);
        }

        public void AppendFormatted(string? text) => markup.Append(WebUtility.HtmlEncode(Printable(text ?? "")));

        public void AppendFormatted(long number) => markup.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(long number, string format) => markup.Append(number.ToString(format, CultureInfo.InvariantCulture));

        /// <summary>A number; of a coordinate no one needs more than two decimals.</summary>
        public void AppendFormatted(double number) => AppendFormatted(number, "0.##");

        public void AppendFormatted(double number, string format) => markup.Append(number.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => markup.ToString();

        /// <summary>Replaces characters that HTML forbids, control characters and lone surrogates, by the replacement character.</summary>
        private static string Printable(string text)
        {
            if (!text.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
                return text;
            var shown = new StringBuilder(text.Length);
            foreach (var rune in text.EnumerateRunes())
                shown.Append(Rune.IsControl(rune) && rune.Value is not ('\n' or '\t') ? "\uFFFD" : rune.ToString());
            return shown.ToString();
        }
    }
}
