package zonekg;

import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.io.IRIDocumentSource;
import org.semanticweb.owlapi.io.OWLOntologyDocumentSource;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLEntity;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.UnloadableImportException;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/**
 * Opens an ontology as Protégé does, without a network, and reasons over it.
 *
 * <p>Arguments: {@code [--catalog catalog-v001.xml] FILE [question...]}; FILE may be an address of this machine. A question is one of {@code --instances CLASS},
 * {@code --types INDIVIDUAL}, {@code --values INDIVIDUAL PROPERTY}, {@code --superclasses CLASS}; all names are IRIs. The answers
 * are what HermiT infers. Output: lines of tab-separated fields, the first of which says what the line is. Exit status 0 when the
 * ontology is OWL 2 DL, consistent and free of unsatisfiable classes, 1 when not, 2 when it can't be read.
 */
public final class OntologyCheck {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) {
        System.exit(new OntologyCheck().run(new ArrayList<>(List.of(arguments))));
    }

    private int run(List<String> arguments) {
        Offline offline = new Offline();
        if (arguments.size() > 1 && arguments.get(0).equals("--catalog")) {
            offline = Offline.ofCatalog(new File(arguments.get(1)));
            arguments.subList(0, 2).clear();
        }
        if (arguments.isEmpty()) {
            line("error", "no file was named");
            return 2;
        }
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        manager.getIRIMappers().set(offline);
        OWLOntology ontology;
        try {
            String place = arguments.remove(0);
            OWLOntologyDocumentSource source =
                    place.startsWith(Offline.HERE) ? new IRIDocumentSource(IRI.create(place)) : new FileDocumentSource(new File(place));
            ontology = manager.loadOntologyFromOntologyDocument(source, new OWLOntologyLoaderConfiguration());
        } catch (OWLOntologyCreationException | UnloadableImportException error) {
            line("error", error.getMessage().lines().findFirst().orElse(error.toString()));
            return 2;
        }
        boolean good = describe(ontology);
        Configuration configuration = new Configuration();
        configuration.ignoreUnsupportedDatatypes = false;
        Reasoner reasoner = new Reasoner(configuration, ontology);
        try {
            good &= reason(ontology, reasoner, arguments);
        } finally {
            reasoner.dispose();
        }
        return good ? 0 : 1;
    }

    /** Counts and the violations of the OWL 2 DL profile, imports included; true when there are none. */
    private boolean describe(OWLOntology ontology) {
        line("ontology", ontology.getOntologyID().getOntologyIRI().map(IRI::toString).orElse("(none)"));
        line("imports", Long.toString(ontology.imports().count()));
        line("axioms", Long.toString(ontology.importsClosure().mapToLong(OWLOntology::getAxiomCount).sum()));
        line("classes", Long.toString(count(ontology.importsClosure().flatMap(OWLOntology::classesInSignature))));
        line("individuals", Long.toString(count(ontology.importsClosure().flatMap(OWLOntology::individualsInSignature))));
        List<OWLProfileViolation> violations = new OWL2DLProfile().checkOntology(ontology).getViolations();
        violations.forEach(violation -> line("violation", violation.toString().replaceAll("\\s+", " ")));
        line("dl", Boolean.toString(violations.isEmpty()));
        return violations.isEmpty();
    }

    /** Consistency, unsatisfiable classes and the answers to the questions; true when all is well. */
    private boolean reason(OWLOntology ontology, Reasoner reasoner, List<String> questions) {
        boolean consistent = reasoner.isConsistent();
        line("consistent", Boolean.toString(consistent));
        if (!consistent) {
            return false;
        }
        List<OWLClass> unsatisfiable =
                reasoner.getUnsatisfiableClasses().entities()
                        .filter(found -> !found.isOWLNothing()).sorted().collect(Collectors.toList());
        unsatisfiable.forEach(found -> line("unsatisfiable", found.getIRI().toString()));
        OWLDataFactory factory = ontology.getOWLOntologyManager().getOWLDataFactory();
        for (int i = 0; i < questions.size(); ) {
            String question = questions.get(i++);
            IRI iri = IRI.create(questions.get(i++));
            OWLClass asClass = factory.getOWLClass(iri);
            OWLNamedIndividual individual = factory.getOWLNamedIndividual(iri);
            switch (question) {
                case "--instances":
                    answer("instance", iri, reasoner.getInstances(asClass, false).entities());
                    break;
                case "--types":
                    answer("type", iri, reasoner.getTypes(individual, false).entities());
                    break;
                case "--values":
                    IRI property = IRI.create(questions.get(i++));
                    answer("value", iri, reasoner.getObjectPropertyValues(
                            individual, factory.getOWLObjectProperty(property)).entities());
                    break;
                case "--superclasses":
                    answer("superclass", iri, reasoner.getSuperClasses(asClass, false).entities());
                    break;
                default:
                    line("error", "no such question: " + question);
                    return false;
            }
        }
        return unsatisfiable.isEmpty();
    }

    private void answer(String kind, IRI about, Stream<? extends OWLEntity> found) {
        TreeSet<String> names = found.map(entity -> entity.getIRI().toString()).collect(Collectors.toCollection(TreeSet::new));
        names.forEach(name -> line(kind, about.toString(), name));
    }

    private static long count(Stream<? extends OWLEntity> entities) {
        return entities.distinct().count();
    }

    private void line(String... fields) {
        out.println(String.join("\t", fields));
    }
}
