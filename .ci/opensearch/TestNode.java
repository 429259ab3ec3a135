import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.knn.plugin.KNNPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.node.NodeValidationException;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * An OpenSearch node for tests, with its modules from the class path. The distribution's own start refuses to run as
 * root and checks the machine; this one does neither. It lives as long as its standard input is open, and so no longer
 * than the tests that started it, however those end.
 *
 * Arguments are settings, NAME=VALUE; commas part the values of a list.
 */
final class TestNode extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(
        Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class, ReindexPlugin.class, KNNPlugin.class);

    private TestNode(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "test"), MODULES, false);
    }

    public static void main(String[] arguments) throws IOException, NodeValidationException {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts[1].indexOf(',') < 0) {
                settings.put(parts[0], parts[1]);
            } else {
                settings.putList(parts[0], Arrays.asList(parts[1].split(",")));
            }
        }
        new TestNode(settings.build()).start();
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }
}
