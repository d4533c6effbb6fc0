// Where the program is that tests and the soak start; compiled into both.
namespace Tlpipe.TestSupport;

/// <summary>tlpipe as it is built for itself: beside the tests it would have the libraries that they use themselves.</summary>
internal static class TlpipeProgram
{
    /// <summary>The environment variable with the point at which a Debug build kills itself (CrashPoint).</summary>
    public const string CrashAt = "TLPIPE_TEST_CRASH_AT";

    /// <summary>The one with the step behind which a training of a Debug build waits (HoldPoint).</summary>
    public const string HoldAt = "TLPIPE_TEST_HOLD_AT";

    /// <summary>The program, compiled ahead where the last build of the tests did so and tlpipe has not been built since.</summary>
    public static string Find()
    {
        var place = AppContext.BaseDirectory;
        var built = Path.Combine(
            place[..place.LastIndexOf("/tests/", StringComparison.Ordinal)], "src", "Tlpipe", place[(place.LastIndexOf("/bin/", StringComparison.Ordinal) + 1)..]);
        var ahead = Path.Combine(built, "publish");
        var isCurrent = Directory.EnumerateFiles(built, "*.dll")
            .Where(path => Path.GetFileName(path).StartsWith("tlpipe", StringComparison.OrdinalIgnoreCase))
            .All(path => File.GetLastWriteTimeUtc(Path.Combine(ahead, Path.GetFileName(path))) >= File.GetLastWriteTimeUtc(path));
        return Path.Combine(isCurrent ? ahead : built, "tlpipe");
    }
}
