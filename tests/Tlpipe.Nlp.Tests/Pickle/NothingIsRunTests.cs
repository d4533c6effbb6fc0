// The code that reads model files has no means of running a program or of reading the environment, whatever a file asks for.
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Tlpipe.Formats;
using Tlpipe.Nlp.Pickle;

namespace Tlpipe.Nlp.Tests.Pickle;

public sealed class NothingIsRunTests
{
    [Fact]
    public void No_code_beside_the_readers_reads_the_environment_starts_a_process_or_loads_code_by_name()
    {
        string[] means = ["System.Environment.GetEnvironmentVariable", "System.Environment.ExpandEnvironmentVariables", "System.Diagnostics.Process.", "System.Reflection.Assembly.Load", "System.Type.GetType.", "System.Runtime.Loader."];

        var members = MembersUsedBy(typeof(PickledTensors).Assembly.Location);

        // The check finds what is used: this code opens the file of the tensors.
        Assert.Contains("System.IO.File.OpenHandle.", members);
        Assert.DoesNotContain(members, member => means.Any(name => member.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_refusal_of_a_file_that_asks_for_the_environment_does_not_hold_what_is_there()
    {
        // The file's own pickle calls os.getenv("HOME").
        var home = Environment.GetEnvironmentVariable("HOME");
        Assert.SkipWhen(string.IsNullOrEmpty(home) || home == "/", "needs a HOME that no message holds by chance");
        var path = TestFiles.Golden("hostile", "reads-the-environment.bin");

        var error = Assert.Throws<InputException>(() => PickledTensors.Open(path));

        Assert.DoesNotContain(home!, error.Message.Replace(path, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static List<string> MembersUsedBy(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var metadata = image.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => (Type: metadata.GetTypeReference((TypeReferenceHandle)member.Parent), member.Name))
            .Select(member => $"{metadata.GetString(member.Type.Namespace)}.{metadata.GetString(member.Type.Name)}.{metadata.GetString(member.Name)}.")];
    }
}
