// The build's edit of TorchSharp's native library.
using System.Diagnostics;

namespace Tlpipe.Tests;

public sealed class NativeLibraryTests
{
    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void A_library_other_than_the_one_that_the_edit_was_made_for_stops_the_build_and_says_what_to_do()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = TestFiles.Repository,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "msbuild", "src/Tlpipe/Tlpipe.csproj", "-nologo", "-nodeReuse:false", "-t:UseRepairedLibTorchSharp", $"-p:LibTorchSharpSha256={new string('0', 64)}",
            },
        };

        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();

        Assert.NotEqual(0, build.ExitCode);
        Assert.Matches(@"error : .*libLibTorchSharp\.so cannot be prepared for this system: its SHA-256 is [0-9a-f]{64}, not 0{64}\. .*Directory\.Packages\.props", output);
    }

    [Fact]
    public void The_library_beside_the_program_asks_for_no_libstdcxx_newer_than_that_of_debian_12()
    {
        var library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));

        // The name stays in the string table; what counts is the version entry, whose hash (vna_hash) is that of the name.
        var hash = BitConverter.GetBytes(ElfHash("GLIBCXX_3.4.32"));

        Assert.True(library.AsSpan().IndexOf("GLIBCXX_3.4.19"u8) >= 0);
        Assert.True(library.AsSpan().IndexOf(hash) < 0);
    }

    /// <summary>The hash of symbol names in ELF files (System V ABI, "Hash Table Section").</summary>
    private static uint ElfHash(string name)
    {
        var hash = 0u;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash ^= high >> 24;
            hash &= ~high;
        }
        return hash;
    }
}
