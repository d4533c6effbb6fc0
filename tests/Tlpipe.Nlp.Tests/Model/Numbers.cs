// Compares tensors with expected values.
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Model;

internal static class Numbers
{
    /// <summary>The tensor's values in row-major order.</summary>
    public static float[] Of(torch.Tensor tensor)
    {
        using var plain = tensor.detach().cpu().to(torch.ScalarType.Float32).contiguous();
        return plain.data<float>().ToArray();
    }

    /// <summary>Fails where a value lies further than <c>relative * |expected| + absolute</c> from what is expected.</summary>
    public static void AreClose(float[] expected, float[] actual, double absolute, double relative = 0, string what = "value")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= absolute + (relative * Math.Abs(expected[i])),
                $"{what} {i} is {actual[i]:R}, not {expected[i]:R}");
    }
}
