// tokenization.json: counts of a tokenization, for users and programs.
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tokens;

/// <summary>Writes the report of <c>tokenize</c>.</summary>
internal static class TokenizationFile
{
    private const string Name = "tokenization.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Writes counts, shares (0 to 1) and the commonest unknown words.</summary>
    public static void Write(TokenizeReport report, int? maxLength, string folder) =>
        File.WriteAllText(Path.Combine(folder, Name), JsonSerializer.Serialize(
            new
            {
                report.Rows,
                report.Tokens,
                MaxLength = maxLength,
                TruncatedRows = report.Truncated,
                report.TruncatedShare,
                UnknownTokens = report.UnknownWords,
                report.UnknownTokenRate,
                CommonestUnknownWords = report.CommonestUnknown,
            }, Format) + "\n");
}
